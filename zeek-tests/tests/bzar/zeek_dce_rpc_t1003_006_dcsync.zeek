# @TEST-DOC: Directory replication; name look-ups of the directory and its other operations do not count.
# @TEST-EXEC: raises %INPUT recorded/calls-credential-access petitpotam/unpatched-drsuapi recorded/directory-replicated
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-credential-access recorded/directory-names-resolved

@load bzar/scripts
