# @TEST-DOC: A directory is replicated, encrypted and in fragments; and between domain controllers, which only an allow-list can tell apart. Resolving names replicates nothing.
# @TEST-EXEC: raises %INPUT recorded/directory-replicated petitpotam/unpatched-drsuapi
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/directory-names-resolved

@load remote-execution/scripts
