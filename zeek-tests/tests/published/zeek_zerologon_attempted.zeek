# @TEST-DOC: More than 20 challenges and as many attempts to authenticate within two minutes. 20 are not enough, nor are 21 in 140 seconds.
# @TEST-EXEC: raises %INPUT zerologon/attempted-21-times zerologon/password-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT zerologon/attempted-20-times zerologon/attempted-slowly zerologon/password-set-alone

@load published/scripts
