# @TEST-DOC: A channel is cleared; listing channels clears none.
# @TEST-EXEC: raises %INPUT recorded/event-channel-cleared
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/event-channels-listed recorded/event-log-cleared

@load remote-execution/scripts
