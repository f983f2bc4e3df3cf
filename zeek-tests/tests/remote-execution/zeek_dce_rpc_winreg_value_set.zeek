# @TEST-DOC: A value is set. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/registry-run-key-set recorded/registry-modified
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/registry-queried recorded/registry-run-key-read

@load remote-execution/scripts

redef RemoteExecution::silent_rules -= { RemoteExecution::Winreg_Value_Set };
