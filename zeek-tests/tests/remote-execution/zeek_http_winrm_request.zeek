# @TEST-DOC: Requests to WinRM, encrypted, in clear and refused, make one notice each time; event forwarding does not count.
# @TEST-EXEC: raises %INPUT otrf/psremoting recorded/winrm-schtasks recorded/winrm-refused
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/winrm-events-forwarded

@load remote-execution/scripts
