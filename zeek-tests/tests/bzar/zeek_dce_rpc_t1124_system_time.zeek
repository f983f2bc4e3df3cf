# @TEST-DOC: The time. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/calls-discovery recorded/clock-read-4-times recorded/server-described
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-discovery recorded/workstation-described

@load bzar/scripts

redef Bzar::silent_rules -= { Bzar::T1124_System_Time };
