# @TEST-DOC: A credential of zeros; another credential does not count, even if it is refused.
# @TEST-EXEC: raises %INPUT zerologon/attempted-20-times zerologon/password-set-alone recorded/channel-begun-with-null-credential
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/channel-begun recorded/directory-replicated

@load published/scripts
