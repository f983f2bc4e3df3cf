# @TEST-DOC: A backup log is opened, wherever it is; reading and clearing a log of the host does not count.
# @TEST-EXEC: raises %INPUT recorded/backup-log-of-caller recorded/backup-log-of-its-own
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/event-log-read recorded/event-log-cleared

@load coercion/scripts
