# @TEST-DOC: A service is created, by CreateServiceA, -W and -WOW64W, over SMB and TCP; a call that ends in a fault creates none.
# @TEST-EXEC: raises %INPUT otrf/smbexec-svcctl otrf/service-create suricata-verify/psexec-add-user suricata-verify/psexec-encrypted-tcp
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/service-creation-faulted recorded/service-config-changed

@load remote-execution/scripts
