# @TEST-DOC: Two operations are refused, each a notice. Where the host went to the path, it is no failure.
# @TEST-EXEC: raises %INPUT petitpotam/patched-efs
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT petitpotam/unpatched-efs petitpotam/unpatched-drsuapi recorded/accounts-described

@load published/scripts
