# @TEST-DOC: Connects to admin shares, over SMB1 and SMB2. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/admin-share-connected recorded/admin-share-connected-smb1 recorded/admin-share-connected-after-pipe-smb1 otrf/copy-to-c-share recorded/admin-share-connected-4-times
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/share-written recorded/share-written-smb1 recorded/service-listed

@load bzar/scripts

redef Bzar::silent_rules -= { Bzar::T1021_002_Admin_Share };
