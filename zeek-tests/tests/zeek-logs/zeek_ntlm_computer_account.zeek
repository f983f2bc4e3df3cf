# @TEST-DOC: A computer logs in over SMB. A user does not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/ntlm-computer-account
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/ntlm-user-account recorded/admin-share-connected

@load zeek-logs/scripts
