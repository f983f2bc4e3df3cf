# @TEST-DOC: The implant is asked for, whether it is there or not. Other transactions do not count.
# @TEST-EXEC: raises %INPUT recorded/implant-asked recorded/implant-answered
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/transactions-continued-smb1 recorded/pipe-peeked-smb1 recorded/share-written-smb1

@load published/scripts
