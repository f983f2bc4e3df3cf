# @TEST-DOC: A root is added or removed, on whatever host; asking for the version does not count.
# @TEST-EXEC: raises %INPUT recorded/dfs-root-of-caller recorded/dfs-root-of-caller-removed recorded/dfs-root-of-its-own
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/dfs-version-asked

@load coercion/scripts
