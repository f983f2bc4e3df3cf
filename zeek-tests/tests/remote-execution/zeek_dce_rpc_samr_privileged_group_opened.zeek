# @TEST-DOC: Domain Admins is opened; Domain Guests does not count. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/group-member-added-to-domain-admins recorded/group-members-listed
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/group-member-added-to-domain-guests recorded/group-member-added-to-administrators

@load remote-execution/scripts

redef RemoteExecution::silent_rules -= { RemoteExecution::Samr_Privileged_Group_Opened };
