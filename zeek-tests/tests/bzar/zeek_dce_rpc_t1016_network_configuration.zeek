# @TEST-DOC: Transports listed. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/calls-discovery recorded/transports-listed
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/transports-refused recorded/calls-beside-discovery recorded/server-described recorded/workstation-described

@load bzar/scripts

redef Bzar::silent_rules -= { Bzar::T1016_Network_Configuration };
