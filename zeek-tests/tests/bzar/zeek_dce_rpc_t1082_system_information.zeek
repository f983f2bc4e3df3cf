# @TEST-DOC: The security policy. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/calls-discovery recorded/accounts-described
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-discovery recorded/server-described

@load bzar/scripts

redef Bzar::silent_rules -= { Bzar::T1082_System_Information };
