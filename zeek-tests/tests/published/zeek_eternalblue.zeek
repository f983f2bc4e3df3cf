# @TEST-DOC: An NT transaction is continued as another kind. Where each is continued as its own kind, all is well.
# @TEST-EXEC: raises %INPUT suricata-verify/eternalblue
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/transactions-continued-smb1 suricata-verify/eternalromance

@load published/scripts
