# @TEST-DOC: All seven operations; a shutdown that is called off does not count.
# @TEST-EXEC: raises %INPUT recorded/calls-impact recorded/shutdown-initshutdown recorded/shutdown-winreg recorded/shutdown-windowsshutdown
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-impact recorded/shutdown-aborted

@load bzar/scripts
