# @TEST-DOC: A service is started; creating and configuring one is something else.
# @TEST-EXEC: raises %INPUT otrf/smbexec-svcctl suricata-verify/psexec-encrypted-tcp recorded/service-started
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT otrf/service-create recorded/service-config-changed

@load remote-execution/scripts
