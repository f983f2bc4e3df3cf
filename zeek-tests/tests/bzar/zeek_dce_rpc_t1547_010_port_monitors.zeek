# @TEST-DOC: A print monitor or processor added, over either interface; the other operations of the spooler do not count.
# @TEST-EXEC: raises %INPUT recorded/calls-persistence
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-persistence

@load bzar/scripts
