# @TEST-DOC: An NT transaction. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT suricata-verify/eternalblue recorded/transactions-continued-smb1
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/implant-asked recorded/share-written-smb1

@load published/scripts

redef Published::silent_rules -= { Published::Smb1_Nt_Transaction };
