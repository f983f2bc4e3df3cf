# @TEST-DOC: A service is configured; creating, starting and deleting one is something else.
# @TEST-EXEC: raises %INPUT recorded/service-config-changed
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT otrf/smbexec-svcctl recorded/service-listed

@load remote-execution/scripts
