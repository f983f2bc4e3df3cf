# @TEST-DOC: A method executed over WMI; a query does not count.
# @TEST-EXEC: raises %INPUT recorded/calls-execution recorded/wmi-process-created otrf/wmi-execmethod
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-execution recorded/wmi-processes-queried

@load bzar/scripts
