# @TEST-DOC: A service ticket that an account without pre-authentication asks for. Its ticket-granting ticket does not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/kerberos-service-ticket-without-preauthentication
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/kerberos-ticket-granting-ticket-without-preauthentication recorded/kerberos-service-ticket-rc4 recorded/kerberos-service-ticket-aes

@load zeek-logs/scripts
