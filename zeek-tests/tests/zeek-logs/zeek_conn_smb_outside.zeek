# @TEST-DOC: smbclient at a public address. One at a private address does not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/smb-outside
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/smb-inside recorded/rdp-from-outside

@load zeek-logs/scripts
