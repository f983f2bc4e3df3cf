# @TEST-DOC: Names with a marshalled target, with and without a domain. Parts of one do not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/dns-marshalled-target
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/dns-marshalled-target-like

@load zeek-logs/scripts
