# @TEST-DOC: A task is registered by a CIM method, in UTF-8 and UTF-16LE; reading one registers none, and what is encrypted is not seen.
# @TEST-EXEC: raises %INPUT recorded/winrm-task-registered recorded/winrm-task-registered-utf16
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT recorded/winrm-task-read recorded/winrm-schtasks otrf/psremoting

@load remote-execution/scripts
