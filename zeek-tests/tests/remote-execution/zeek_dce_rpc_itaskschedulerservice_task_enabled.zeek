# @TEST-DOC: A task is enabled; registering, running and deleting one is something else.
# @TEST-EXEC: raises %INPUT recorded/task-enabled
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/task-run-once recorded/tasks-listed

@load remote-execution/scripts
