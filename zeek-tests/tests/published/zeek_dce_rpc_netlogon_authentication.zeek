# @TEST-DOC: An attempt to authenticate. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT zerologon/password-set-alone
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/directory-names-resolved recorded/calls-discovery

@load published/scripts

redef Published::silent_rules -= { Published::Netlogon_Authentication };
