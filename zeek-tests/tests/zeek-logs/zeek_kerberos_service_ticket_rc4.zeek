# @TEST-DOC: A ticket with RC4, but not one with AES, nor those of the AS exchange.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/kerberos-service-ticket-rc4
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/kerberos-service-ticket-aes recorded/kerberos-service-ticket-without-preauthentication

@load zeek-logs/scripts
