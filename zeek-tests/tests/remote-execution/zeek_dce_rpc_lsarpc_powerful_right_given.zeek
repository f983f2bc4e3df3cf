# @TEST-DOC: An account is given a right to take any file; to print does not count.
# @TEST-EXEC: raises %INPUT recorded/rights-ownership-given
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/rights-printing-given recorded/rights-listed

@load remote-execution/scripts
