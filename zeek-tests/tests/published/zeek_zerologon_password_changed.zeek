# @TEST-DOC: A password is set after the attempts. Attempts without it do not count, nor does a password that is set after one attempt.
# @TEST-EXEC: raises %INPUT zerologon/password-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT zerologon/attempted-21-times zerologon/password-set-alone

@load published/scripts
