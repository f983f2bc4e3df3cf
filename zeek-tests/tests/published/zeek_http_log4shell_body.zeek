# @TEST-DOC: Six forms of the lookup, each in a form and in JSON. Other lookups do not count, nor does the word without one.
# @TEST-EXEC: raises %INPUT recorded/log4shell-in-body
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT recorded/log4j-other-in-body recorded/log4shell-in-uri recorded/log4shell-in-header

@load published/scripts
