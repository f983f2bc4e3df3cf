# @TEST-DOC: A file is named. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT petitpotam/unpatched-efs petitpotam/patched-efs cve-2022-26809/exploit
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT petitpotam/unpatched-drsuapi recorded/accounts-described

@load published/scripts

redef Published::silent_rules -= { Published::Efsrpc_Called };
