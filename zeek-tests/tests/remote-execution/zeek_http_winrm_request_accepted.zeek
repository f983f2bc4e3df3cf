# @TEST-DOC: Requests to WinRM are accepted; one that is refused does not count.
# @TEST-EXEC: raises %INPUT otrf/psremoting recorded/winrm-schtasks
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/winrm-refused recorded/winrm-events-forwarded

@load remote-execution/scripts
