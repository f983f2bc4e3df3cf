# @TEST-DOC: The serial number under another subject. The subject under another serial number does not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/tls-cobalt-strike-serial
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/tls-framework-certificates

@load zeek-logs/scripts
