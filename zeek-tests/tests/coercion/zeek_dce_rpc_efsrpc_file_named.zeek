# @TEST-DOC: A file is named, on either interface, whatever its path; other calls on the same pipes do not count.
# @TEST-EXEC: raises %INPUT petitpotam/unpatched-efs recorded/efs-path-of-its-own recorded/efs-path-of-another-host
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT petitpotam/unpatched-drsuapi recorded/accounts-described

@load coercion/scripts
