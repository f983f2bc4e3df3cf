# @TEST-DOC: All three calls that clear a log; reading one does not count.
# @TEST-EXEC: raises %INPUT recorded/calls-defense-evasion recorded/event-log-cleared recorded/event-channel-cleared
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-defense-evasion recorded/event-log-read recorded/event-channels-listed

@load bzar/scripts
