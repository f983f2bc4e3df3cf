# @TEST-DOC: The spooler is to call back an address; the name of the client does not count.
# @TEST-EXEC: raises %INPUT recorded/printer-changes-announced-to-address
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/printer-changes-announced-to-name recorded/printer-opened

@load coercion/scripts
