# @TEST-DOC: Administrators is opened; Users does not count. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/group-member-added-to-administrators
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/group-member-added-to-users recorded/group-member-added-to-domain-admins

@load remote-execution/scripts

redef RemoteExecution::silent_rules -= { RemoteExecution::Samr_Privileged_Alias_Opened };
