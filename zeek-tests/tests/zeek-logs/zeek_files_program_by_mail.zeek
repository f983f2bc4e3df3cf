# @TEST-DOC: A mail with invoice.pdf.exe. One with invoice.txt does not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/mail-with-program
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/mail-with-text

@load zeek-logs/scripts
