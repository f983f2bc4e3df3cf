# @TEST-DOC: A server without MS17-010 answers the look into a pipe. Samba answers otherwise.
# @TEST-EXEC: raises %INPUT suricata-verify/eternalblue
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/pipe-peeked-smb1 recorded/transactions-continued-smb1 recorded/admin-share-connected-after-pipe-smb1

@load published/scripts
