# @TEST-DOC: A shutdown is initiated through each of the three interfaces; aborting one initiates none.
# @TEST-EXEC: raises %INPUT recorded/shutdown-initshutdown recorded/shutdown-windowsshutdown recorded/shutdown-winreg
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/shutdown-aborted

@load remote-execution/scripts
