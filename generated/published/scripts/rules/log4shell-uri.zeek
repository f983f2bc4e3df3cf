##! Log4j Lookup In URI
##!
##! Id:              60d098b4-4412-43ef-8741-f38ba6fef29a
##! ATT&CK:          T1190 Exploit Public-Facing Application
##! Level:           high
##! Robustness:      2H
##! Author:          sigzeek
##! Reference:       https://logging.apache.org/security.html#CVE-2021-44228
##! Reference:       https://logging.apache.org/log4j/2.x/manual/lookups.html
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2021-44228
##! Reference:       https://attack.mitre.org/techniques/T1190/
##! False positives: Scans for the vulnerability that were announced
##! Matches:         selection
##! Matches:         selection: uri|re|i:
##!                  '(\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(:|%3a)'
##!                  or '(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT'
##!
##! Log4Shell (CVE-2021-44228): a request's URI asks Log4j for a JNDI lookup, by which it fetches code from a host of
##! the attacker's choice and runs it, if the application logs the URI. Log4j takes lookups within lookups, so that none
##! of the word 'jndi' need stand there as it is; the rule takes these forms for it, too.

module Published;

export {
	redef enum Notice::Type += {
		## Log4j Lookup In URI
		Log4shell_Uri,
	};
}

global log4shell_uri_rule = watched(RuleInfo(
	$note=Log4shell_Uri,
	$id="60d098b4-4412-43ef-8741-f38ba6fef29a",
	$title="Log4j Lookup In URI",
	$level="high",
	$attack=vector("T1190"),
	$robustness="2H"));

# Run where uri matches
# /.*((\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))
# *(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{
# |%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|
# %3a|%27)|('|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|
# %27)?(\}|%7d|\\u007d))*(:|%3a)|(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT).*/is.
function log4shell_uri_on_request(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( raises_notice(log4shell_uri_rule, c) )
		notify(log4shell_uri_rule, c, request_line(http), cat_sep(" ", "-", c$uid, http$trans_depth));
	}
