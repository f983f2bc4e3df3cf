# @TEST-DOC: A TRANSACTION2 is continued. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT suricata-verify/eternalblue recorded/transactions-continued-smb1
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT suricata-verify/eternalromance recorded/implant-asked

@load published/scripts

redef Published::silent_rules -= { Published::Smb1_Transaction2_Continued };
