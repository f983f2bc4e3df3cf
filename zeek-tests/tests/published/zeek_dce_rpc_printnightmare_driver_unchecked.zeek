# @TEST-DOC: A driver comes from a share, or the caller is not to be checked. A driver of the server's own does not count.
# @TEST-EXEC: raises %INPUT recorded/printer-driver-added-from-share recorded/printer-driver-added-unchecked suricata-verify/printer-driver-added
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: btest-diff payload
# @TEST-EXEC: quiet %INPUT recorded/printer-driver-added recorded/printer-driver-added-asynchronously recorded/printer-drivers-listed

@load published/scripts
