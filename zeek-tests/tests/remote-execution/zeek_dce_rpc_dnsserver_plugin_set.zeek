# @TEST-DOC: A DNS server is told to load a DLL; another setting does not count.
# @TEST-EXEC: raises %INPUT recorded/dns-plugin-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/dns-log-path-set

@load remote-execution/scripts
