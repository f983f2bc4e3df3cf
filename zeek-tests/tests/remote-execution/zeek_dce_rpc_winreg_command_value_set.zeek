# @TEST-DOC: A value is set to a command line of an interpreter; other values do not count.
# @TEST-EXEC: raises %INPUT recorded/registry-run-key-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT suricata-verify/winreg-set-value recorded/registry-modified

@load remote-execution/scripts
