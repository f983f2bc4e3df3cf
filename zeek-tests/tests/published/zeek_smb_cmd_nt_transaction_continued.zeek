# @TEST-DOC: An NT transaction is continued: by EternalRomance, and by a client that may.
# @TEST-EXEC: raises %INPUT suricata-verify/eternalromance recorded/transactions-continued-smb1
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT suricata-verify/eternalblue recorded/share-written-smb1

@load published/scripts
