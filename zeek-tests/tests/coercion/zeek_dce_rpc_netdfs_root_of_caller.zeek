# @TEST-DOC: A root on the caller; one on the responder does not count.
# @TEST-EXEC: raises %INPUT recorded/dfs-root-of-caller recorded/dfs-root-of-caller-removed
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/dfs-root-of-its-own recorded/dfs-version-asked

@load coercion/scripts
