# @TEST-DOC: A log is cleared; reading one clears none.
# @TEST-EXEC: raises %INPUT recorded/event-log-cleared
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/event-log-read recorded/event-channel-cleared

@load remote-execution/scripts
