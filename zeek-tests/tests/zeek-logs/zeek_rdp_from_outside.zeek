# @TEST-DOC: FreeRDP from a public address. One from a private address does not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/rdp-from-outside
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/rdp-from-inside

@load zeek-logs/scripts
