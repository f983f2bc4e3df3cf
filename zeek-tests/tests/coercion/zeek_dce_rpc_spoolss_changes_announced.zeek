# @TEST-DOC: Changes of a printer are to be announced; opening a printer does not count.
# @TEST-EXEC: raises %INPUT recorded/printer-changes-announced-to-name recorded/printer-changes-announced-to-address
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/printer-opened recorded/printer-drivers-listed

@load coercion/scripts
