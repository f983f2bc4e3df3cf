# @TEST-DOC: A SID is added to an account's history; to leave the directory does not count.
# @TEST-EXEC: raises %INPUT recorded/sid-history-added
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/drsuapi-unbound recorded/directory-replicated

@load remote-execution/scripts
