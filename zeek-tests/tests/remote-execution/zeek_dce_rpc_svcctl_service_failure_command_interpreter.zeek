# @TEST-DOC: A service runs a command interpreter when it fails; a program of its own does not count, nor what the service itself runs.
# @TEST-EXEC: raises %INPUT recorded/service-failure-command-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT recorded/service-failure-program-set recorded/service-config-changed-to-command

@load remote-execution/scripts
