# @TEST-DOC: A command runs without Authorization. With it, where the service refuses, and where it is only asked what it is, all is well.
# @TEST-EXEC: raises %INPUT recorded/omi-command-run
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/omi-command-run-with-authorization recorded/omi-identified recorded/winrm-refused recorded/winrm-task-registered recorded/winrm-remoting-date otrf/psremoting

@load published/scripts
