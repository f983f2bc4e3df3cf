# @TEST-DOC: What a server or workstation is. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/calls-discovery recorded/server-described recorded/workstation-described
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-discovery recorded/clock-read-4-times

@load bzar/scripts

redef Bzar::silent_rules -= { Bzar::T1018_Remote_Systems };
