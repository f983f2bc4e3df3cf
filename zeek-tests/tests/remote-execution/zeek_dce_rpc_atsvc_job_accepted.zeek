# @TEST-DOC: The host takes a job; one that it refuses does not count.
# @TEST-EXEC: raises %INPUT recorded/at-job-program recorded/at-job-command
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT suricata-verify/at-schedule-full recorded/at-job-command-refused recorded/at-jobs-listed

@load remote-execution/scripts
