# @TEST-DOC: The host went to the path that it was given, and found no share there. Where it was refused, and where other calls were made, it did not.
# @TEST-EXEC: raises %INPUT petitpotam/unpatched-efs
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT petitpotam/patched-efs petitpotam/unpatched-drsuapi recorded/accounts-described

@load published/scripts
