# @TEST-DOC: A job runs a command interpreter; another program does not count.
# @TEST-EXEC: raises %INPUT suricata-verify/at-schedule-full recorded/at-job-command
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT recorded/at-job-program recorded/at-job-deleted

@load remote-execution/scripts
