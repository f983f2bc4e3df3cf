# @TEST-DOC: Files written to admin shares are saved, with a notice that names them; what is read is not.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: extracted-files %INPUT recorded/admin-share-written recorded/admin-share-written-smb1 recorded/admin-share-read
# @TEST-EXEC: btest-diff extracted

@load bzar/scripts
