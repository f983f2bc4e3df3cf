# @TEST-DOC: Six forms of the lookup in a header of no fame, and one in User-Agent. Other lookups do not count, nor does the word without one.
# @TEST-EXEC: raises %INPUT recorded/log4shell-in-header recorded/log4shell-in-user-agent
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/log4j-other-in-header recorded/log4shell-in-uri recorded/log4shell-in-body

@load published/scripts
