##! Log4j Lookup In Header
##!
##! Id:              0318e00d-5661-40b1-8d7b-9eb83035d405
##! ATT&CK:          T1190 Exploit Public-Facing Application
##! Level:           high
##! Robustness:      1H
##! Author:          sigzeek
##! Reference:       https://logging.apache.org/security.html#CVE-2021-44228
##! Reference:       https://logging.apache.org/log4j/2.x/manual/lookups.html
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2021-44228
##! Reference:       https://attack.mitre.org/techniques/T1190/
##! False positives: Scans for the vulnerability that were announced
##! Matches:         selection
##! Matches:         selection: client_header_values|re|i:
##!                  '(\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(:|%3a)'
##!                  or '(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT'
##!
##! Log4Shell (CVE-2021-44228): the value of a request's header, whichever, asks Log4j for a JNDI lookup, by which it
##! fetches code from a host of the attacker's choice and runs it, if the application logs the header. Log4j takes
##! lookups within lookups, so that none of the word 'jndi' need stand there as it is; the rule takes these forms for
##! it, too.

module Published;

export {
	redef enum Notice::Type += {
		## Log4j Lookup In Header
		Log4shell_Header,
	};
}

global log4shell_header_rule = watched(RuleInfo(
	$note=Log4shell_Header,
	$id="0318e00d-5661-40b1-8d7b-9eb83035d405",
	$title="Log4j Lookup In Header",
	$level="high",
	$attack=vector("T1190"),
	$robustness="1H"));

# Run where client_header_values matches
# /.*((\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))
# *(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{
# |%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|
# %3a|%27)|('|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|
# %27)?(\}|%7d|\\u007d))*(:|%3a)|(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT).*/is.
function log4shell_header_on_client_headers(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( raises_notice(log4shell_header_rule, c) )
		notify(log4shell_header_rule, c, request_line(http), cat_sep(" ", "-", c$uid, http$trans_depth));
	}
