# @TEST-DOC: MMC20.Application is activated; the object of WMI does not count.
# @TEST-EXEC: raises %INPUT recorded/object-mmc20-created
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/object-wmi-created otrf/wmi-execmethod

@load remote-execution/scripts
