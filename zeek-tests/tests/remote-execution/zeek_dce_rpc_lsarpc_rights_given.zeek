# @TEST-DOC: An account is given a right; listing rights does not count.
# @TEST-EXEC: raises %INPUT recorded/rights-ownership-given recorded/rights-printing-given
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/rights-listed recorded/accounts-described

@load remote-execution/scripts
