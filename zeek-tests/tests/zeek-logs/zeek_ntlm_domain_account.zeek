# @TEST-DOC: A user of the domain logs in to its controller. A computer does not count, nor does a user of a host that is in no domain.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/ntlm-user-account
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/ntlm-computer-account recorded/admin-share-connected

@load zeek-logs/scripts
