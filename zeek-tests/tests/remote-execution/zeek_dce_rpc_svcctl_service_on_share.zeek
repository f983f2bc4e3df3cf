# @TEST-DOC: The program of a service is on a share; one on the disk and a command line are not.
# @TEST-EXEC: raises %INPUT recorded/service-on-share-created
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/service-with-random-name-created recorded/service-command-created otrf/service-create suricata-verify/psexec-add-user

@load remote-execution/scripts
