# @TEST-DOC: Users of a list. The rule is silent, and made to report here; `sigzeek test` tries it with its reports on.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/kerberos-users-guessed-10
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/kerberos-service-ticket-aes recorded/kerberos-ticket-granting-ticket-without-preauthentication

@load zeek-logs/scripts

redef ZeekLogs::silent_rules -= { ZeekLogs::Unknown_User };
