# @TEST-DOC: A self-signed certificate outside, the server not named. Inside, with a name, or with an issuer it does not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/tls-self-signed-outside
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/tls-self-signed-named-outside recorded/tls-signed-outside recorded/tls-self-signed-inside

@load zeek-logs/scripts
