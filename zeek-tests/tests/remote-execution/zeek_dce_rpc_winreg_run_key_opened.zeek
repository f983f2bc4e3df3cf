# @TEST-DOC: A Run key is opened for writing; opening it for reading does not count, nor do other keys.
# @TEST-EXEC: raises %INPUT recorded/registry-run-key-set suricata-verify/winreg-set-value
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT recorded/registry-run-key-read recorded/registry-modified

@load remote-execution/scripts
