# @TEST-DOC: Calls that have a host run something. The correlation is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/service-started recorded/service-started-605s-after-write recorded/task-run-once recorded/wmi-process-created recorded/at-job-command
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/service-listed recorded/tasks-listed recorded/admin-share-written

@load bzar/scripts

redef Bzar::silent_rules -= { Bzar::Execution_On_Host };
