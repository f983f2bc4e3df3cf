# @TEST-DOC: A job is added, whatever it runs and whether the host takes it or not; listing and deleting jobs adds none.
# @TEST-EXEC: raises %INPUT suricata-verify/at-schedule-full recorded/at-job-program recorded/at-job-command-refused
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/at-jobs-listed recorded/at-job-deleted

@load remote-execution/scripts
