# @TEST-DOC: Six forms of the lookup, each escaped and as it is. Other lookups do not count, nor does the word without one.
# @TEST-EXEC: raises %INPUT recorded/log4shell-in-uri
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/log4j-other-in-uri recorded/log4shell-in-header recorded/log4shell-in-body

@load published/scripts
