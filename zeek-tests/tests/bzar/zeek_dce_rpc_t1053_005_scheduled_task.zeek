# @TEST-DOC: A task registered, run or enabled; tasks listed, and accounts of tasks, do not count.
# @TEST-EXEC: raises %INPUT recorded/calls-execution recorded/task-run-once recorded/task-enabled otrf/schtask-create
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-execution recorded/tasks-listed recorded/task-account-set

@load bzar/scripts
