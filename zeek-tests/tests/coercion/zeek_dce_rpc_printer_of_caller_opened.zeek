# @TEST-DOC: A printer of the caller is opened; one of the responder does not count.
# @TEST-EXEC: raises %INPUT recorded/printer-of-caller-opened
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/printer-of-its-own-opened recorded/printer-opened

@load coercion/scripts
