# @TEST-DOC: A key is created and values are set; queries modify nothing.
# @TEST-EXEC: raises %INPUT suricata-verify/winreg-set-value recorded/registry-modified recorded/registry-run-key-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/registry-queried recorded/registry-run-key-read

@load remote-execution/scripts
