# @TEST-DOC: A setting of a DNS server is changed; other calls do not count.
# @TEST-EXEC: raises %INPUT recorded/dns-plugin-set recorded/dns-log-path-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/rights-listed recorded/object-wmi-created

@load remote-execution/scripts
