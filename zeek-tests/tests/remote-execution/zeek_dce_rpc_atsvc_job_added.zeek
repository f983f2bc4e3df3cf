# @TEST-DOC: A job is added, whatever it runs, whether the host takes it or not, and in however many fragments; listing and deleting jobs adds none.
# @TEST-EXEC: raises %INPUT suricata-verify/at-schedule-full recorded/at-job-program recorded/at-job-command-refused recorded/at-job-command-in-fragments
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/at-jobs-listed recorded/at-job-deleted

@load remote-execution/scripts
