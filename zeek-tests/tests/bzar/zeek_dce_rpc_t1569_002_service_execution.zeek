# @TEST-DOC: A service created or started, by six operations; services listed, changed, or refused by a fault do not count.
# @TEST-EXEC: raises %INPUT recorded/calls-execution recorded/service-started otrf/smbexec-svcctl suricata-verify/psexec-add-user suricata-verify/psexec-encrypted-tcp
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-execution recorded/service-listed recorded/service-config-changed recorded/service-creation-faulted

@load bzar/scripts
