# @TEST-DOC: A job runs a command interpreter; another program does not count, nor does a job that the host refuses.
# @TEST-EXEC: raises %INPUT suricata-verify/at-schedule-full recorded/at-job-command
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/at-job-program recorded/at-job-command-refused

@load remote-execution/scripts
