# @TEST-DOC: A call that can coerce a host. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/efs-path-of-caller recorded/dfs-root-of-its-own recorded/printer-opened
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/event-log-read recorded/accounts-described

@load coercion/scripts

redef Coercion::silent_rules -= { Coercion::Coercing_Call };
