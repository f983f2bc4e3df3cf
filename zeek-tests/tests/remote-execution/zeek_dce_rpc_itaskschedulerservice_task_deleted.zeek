# @TEST-DOC: A task is deleted; registering one alone is something else.
# @TEST-EXEC: raises %INPUT recorded/task-run-once
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT otrf/schtask-create recorded/task-enabled

@load remote-execution/scripts
