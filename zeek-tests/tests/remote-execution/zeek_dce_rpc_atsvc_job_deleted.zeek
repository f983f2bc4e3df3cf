# @TEST-DOC: A job is deleted; adding and listing jobs deletes none.
# @TEST-EXEC: raises %INPUT recorded/at-job-deleted
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/at-job-command recorded/at-jobs-listed

@load remote-execution/scripts
