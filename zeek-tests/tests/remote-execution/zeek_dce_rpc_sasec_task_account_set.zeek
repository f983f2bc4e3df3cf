# @TEST-DOC: The accounts of tasks are set; reading an account sets none.
# @TEST-EXEC: raises %INPUT recorded/task-account-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/task-account-read recorded/at-job-command

@load remote-execution/scripts
