# @TEST-DOC: An iodine tunnel through which 8 kB go. 49 long names, each asked for twice, are not enough; nor are 60 short ones.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/dns-tunnel
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/dns-long-names-49 recorded/dns-short-names-60

@load zeek-logs/scripts
