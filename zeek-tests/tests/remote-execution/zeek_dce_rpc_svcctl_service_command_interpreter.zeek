# @TEST-DOC: A service runs a command interpreter; a program of its own does not count, nor what is encrypted or ends in a fault.
# @TEST-EXEC: raises %INPUT recorded/service-command-created
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT otrf/service-create suricata-verify/psexec-add-user suricata-verify/psexec-encrypted-tcp recorded/service-creation-faulted recorded/service-config-changed

@load remote-execution/scripts
