# @TEST-DOC: The implant answers. A server without one answers, too, but with the multiplex id of the request.
# @TEST-EXEC: raises %INPUT recorded/implant-answered
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/implant-asked recorded/transactions-continued-smb1 suricata-verify/eternalblue

@load published/scripts
