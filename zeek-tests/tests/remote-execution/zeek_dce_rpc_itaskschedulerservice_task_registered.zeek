# @TEST-DOC: A task is registered, with its stub encrypted and in clear; listing tasks registers none.
# @TEST-EXEC: raises %INPUT otrf/schtask-create recorded/task-run-once
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/tasks-listed recorded/at-job-command

@load remote-execution/scripts
