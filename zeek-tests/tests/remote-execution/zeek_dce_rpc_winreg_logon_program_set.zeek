# @TEST-DOC: A program of Winlogon is set; another value of its key does not count.
# @TEST-EXEC: raises %INPUT recorded/registry-logon-program-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/registry-logon-name-set recorded/registry-run-key-set recorded/registry-modified

@load remote-execution/scripts
