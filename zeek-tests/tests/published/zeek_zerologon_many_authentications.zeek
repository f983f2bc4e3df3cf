# @TEST-DOC: More than 20 attempts to authenticate within two minutes. The correlation is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT zerologon/attempted-21-times
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT zerologon/attempted-20-times zerologon/attempted-slowly

@load published/scripts

redef Published::silent_rules -= { Published::Zerologon_Many_Authentications };
