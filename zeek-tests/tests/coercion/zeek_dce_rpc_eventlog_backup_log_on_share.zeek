# @TEST-DOC: A backup log on a share; one on the host itself does not count.
# @TEST-EXEC: raises %INPUT recorded/backup-log-of-caller
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/backup-log-of-its-own recorded/event-log-read

@load coercion/scripts
