# @TEST-DOC: Both operations of ISeclogon, which BZAR does not see; other ways to start a program do not count.
# @TEST-EXEC: raises %INPUT recorded/calls-persistence
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-persistence recorded/service-command-created

@load bzar/scripts
