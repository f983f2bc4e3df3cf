# @TEST-DOC: A password is set. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT zerologon/password-set-alone
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT zerologon/attempted-21-times recorded/directory-names-resolved

@load published/scripts

redef Published::silent_rules -= { Published::Netlogon_Password_Set };
