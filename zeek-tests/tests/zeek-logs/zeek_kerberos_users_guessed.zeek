# @TEST-DOC: 10 users of a list. 9 are not enough.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/kerberos-users-guessed-10
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/kerberos-users-guessed-9 recorded/kerberos-service-ticket-aes

@load zeek-logs/scripts
