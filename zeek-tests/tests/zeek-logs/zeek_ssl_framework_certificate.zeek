# @TEST-DOC: Nine certificates with the subjects of frameworks. Subjects that look like theirs do not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/tls-framework-certificates
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/tls-framework-like-certificates recorded/tls-cobalt-strike-serial

@load zeek-logs/scripts
