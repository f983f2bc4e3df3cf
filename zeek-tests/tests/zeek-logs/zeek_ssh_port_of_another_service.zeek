# @TEST-DOC: SSH on port 443. Ports 22 and 2222 do not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/ssh-port-443
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/ssh-port-22-and-2222

@load zeek-logs/scripts
