# @TEST-DOC: A service has a name at random; names that a person or a tool gave do not count.
# @TEST-EXEC: raises %INPUT recorded/service-with-random-name-created
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/service-on-share-created recorded/service-command-created otrf/service-create suricata-verify/psexec-add-user

@load remote-execution/scripts
