# @TEST-DOC: Messages to WinRM are in clear; encrypted ones do not count, nor the empty ones that begin an authentication.
# @TEST-EXEC: raises %INPUT recorded/winrm-schtasks recorded/winrm-task-registered-utf16
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT otrf/psremoting recorded/winrm-refused

@load remote-execution/scripts
