# @TEST-DOC: A WMI method is executed, with its stub encrypted and in clear; a query executes none.
# @TEST-EXEC: raises %INPUT otrf/wmi-execmethod recorded/wmi-process-created
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/wmi-processes-queried

@load remote-execution/scripts
