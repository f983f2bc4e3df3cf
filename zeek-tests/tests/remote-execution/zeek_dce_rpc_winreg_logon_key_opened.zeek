# @TEST-DOC: A key of Winlogon or of the local security authority is opened for writing; other keys, and creating one with access for reading, do not count.
# @TEST-EXEC: raises %INPUT recorded/registry-logon-program-set recorded/registry-security-package-set recorded/registry-lsa-other-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/registry-run-key-set recorded/registry-run-key-read recorded/registry-modified

@load remote-execution/scripts
