# @TEST-DOC: NetrJobAdd, which BZAR does not see; jobs listed or deleted do not count.
# @TEST-EXEC: raises %INPUT recorded/calls-execution recorded/at-job-command recorded/at-job-command-in-fragments suricata-verify/at-schedule-full
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-execution recorded/at-jobs-listed recorded/at-job-deleted

@load bzar/scripts
