# @TEST-DOC: Files written to admin shares, over SMB1 and SMB2.
# @TEST-EXEC: raises %INPUT recorded/admin-share-written recorded/admin-share-written-smb1 recorded/admin-share-left-for-another otrf/copy-to-c-share
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/admin-share-read recorded/share-written recorded/share-written-smb1 recorded/admin-share-connected

@load bzar/scripts
