# @TEST-DOC: Connects to admin shares from one host: just below, at and above the threshold, across the edge of the window, and out of time order.
# @TEST-EXEC: raises %INPUT recorded/admin-share-connected-5-times recorded/admin-share-connected-6-times recorded/admin-share-connected-10-times recorded/admin-share-connected-5-times-in-295s recorded/admin-share-connected-10-times-in-594s recorded/admin-share-connected-5-times-unordered recorded/admin-share-connected-after-pipe-smb1
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/admin-share-connected-4-times recorded/admin-share-connected-5-times-in-305s recorded/admin-share-connected recorded/share-written

@load bzar/scripts
