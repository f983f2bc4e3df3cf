# @TEST-DOC: A process is created over WMI; a query that names the class creates none, and what is encrypted is not seen.
# @TEST-EXEC: raises %INPUT recorded/wmi-process-created
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT otrf/wmi-execmethod recorded/wmi-processes-queried

@load remote-execution/scripts
