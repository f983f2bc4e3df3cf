# @TEST-DOC: curl uploads a file to a public address. A download does not count, nor an upload to a private address.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/ftp-upload-outside
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/ftp-download-outside recorded/ftp-upload-inside

@load zeek-logs/scripts
