# @TEST-DOC: An AS request with RC4 alone, by impacket's GetNPUsers.py. Requests with AES that fail otherwise do not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/kerberos-ticket-granting-ticket-without-preauthentication
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/kerberos-users-guessed-10 recorded/kerberos-service-ticket-aes

@load zeek-logs/scripts
