# @TEST-DOC: Keys are listed, which makes one notice; modifying is something else.
# @TEST-EXEC: raises %INPUT recorded/registry-queried
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT suricata-verify/winreg-set-value recorded/registry-modified

@load remote-execution/scripts
