# @TEST-DOC: A service is deleted; creating one alone is something else.
# @TEST-EXEC: raises %INPUT otrf/smbexec-svcctl suricata-verify/psexec-add-user
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT otrf/service-create recorded/service-listed

@load remote-execution/scripts
