# @TEST-DOC: A service is changed to run a command interpreter; a program of its own does not count, nor a service that is created.
# @TEST-EXEC: raises %INPUT recorded/service-config-changed-to-command
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT recorded/service-config-changed recorded/service-command-created suricata-verify/psexec-encrypted-tcp

@load remote-execution/scripts
