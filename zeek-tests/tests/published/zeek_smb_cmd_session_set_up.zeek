# @TEST-DOC: A session of SMB1 and of SMB2. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/share-written-smb1 recorded/share-written
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-discovery recorded/omi-command-run

@load published/scripts

redef Published::silent_rules -= { Published::Smb_Session_Set_Up };
