# @TEST-DOC: snmpset with the community private. snmpget with it does not count.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/snmp-set-private
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/snmp-get-public

@load zeek-logs/scripts
