# @TEST-DOC: A session is asked for. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/share-written recorded/share-written-smb1
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/winrm-task-read

@load coercion/scripts

redef Coercion::silent_rules -= { Coercion::Smb_Session_Asked_For };
