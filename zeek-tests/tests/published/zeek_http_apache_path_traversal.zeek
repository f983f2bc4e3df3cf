# @TEST-DOC: Each of four forms of the path that Apache 2.4.49 answers. A later Apache refuses them.
# @TEST-EXEC: raises %INPUT cve-2021-41773/path-traversal
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/path-traversal-refused recorded/log4j-other-in-uri

@load published/scripts
