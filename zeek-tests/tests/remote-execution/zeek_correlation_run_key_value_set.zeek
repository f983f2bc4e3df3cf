# @TEST-DOC: A Run key is opened for writing and a value set; a value of another key, and reading a Run key, do not count.
# @TEST-EXEC: raises %INPUT recorded/registry-run-key-set suricata-verify/winreg-set-value
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/registry-modified recorded/registry-run-key-read recorded/registry-logon-name-set

@load remote-execution/scripts
