# @TEST-DOC: A command schedules a task: schtasks, an encoded PowerShell command, a PowerShell remoting fragment. Other commands do not count.
# @TEST-EXEC: raises %INPUT recorded/winrm-schtasks recorded/winrm-encoded-command recorded/winrm-remoting-register
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT recorded/winrm-remoting-date recorded/winrm-task-registered otrf/psremoting

@load remote-execution/scripts
