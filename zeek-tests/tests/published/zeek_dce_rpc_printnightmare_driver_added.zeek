# @TEST-DOC: A driver is added, by each of the operations that do it, whatever it is. To list drivers is another thing.
# @TEST-EXEC: raises %INPUT recorded/printer-driver-added recorded/printer-driver-added-asynchronously suricata-verify/printer-driver-added
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/printer-drivers-listed recorded/calls-persistence

@load published/scripts
