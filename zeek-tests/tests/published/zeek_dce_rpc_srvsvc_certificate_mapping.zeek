# @TEST-DOC: The operation is answered. Where it ends in a fault, and for other operations of the service, there is nothing to say.
# @TEST-EXEC: raises %INPUT recorded/certificate-mapping-answered
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/certificate-mapping-faulted recorded/server-described

@load published/scripts
