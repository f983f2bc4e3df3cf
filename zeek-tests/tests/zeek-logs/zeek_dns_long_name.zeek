# @TEST-DOC: Long names. The rule is silent, and made to report here; `sigzeek test` tries it with its reports on.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/dns-tunnel recorded/dns-long-names-49
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/dns-short-names-60

@load zeek-logs/scripts

redef ZeekLogs::silent_rules -= { ZeekLogs::Long_Name };
