##! Log4j Lookup In Request Body
##!
##! Id:              1e468ddf-a8fe-4250-84e1-219e11dafba8
##! ATT&CK:          T1190 Exploit Public-Facing Application
##! Level:           high
##! Robustness:      2P
##! Author:          sigzeek
##! Reference:       https://logging.apache.org/security.html#CVE-2021-44228
##! Reference:       https://logging.apache.org/log4j/2.x/manual/lookups.html
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2021-44228
##! Reference:       https://attack.mitre.org/techniques/T1190/
##! False positives: Scans for the vulnerability that were announced
##! Matches:         all of (selection_method, selection_body)
##! Matches:         selection_method: method: 'POST' or 'PUT' or 'PATCH'
##! Matches:         selection_body: body|re|i:
##!                  '(\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*([:''-]|%3a|%27)|(''|%27)?(\}|%7d|\\u007d))*(:|%3a)'
##!                  or '(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT'
##!
##! Log4Shell (CVE-2021-44228): what a request posts asks Log4j for a JNDI lookup, by which it fetches code from a host
##! of the attacker's choice and runs it, if the application logs that. Log4j takes lookups within lookups, so that none
##! of the word 'jndi' need stand there as it is; the rule takes these forms for it, too. It has Zeek put together the
##! bodies of all such requests, up to the option 'max_body_bytes'.

module Published;

export {
	redef enum Notice::Type += {
		## Log4j Lookup In Request Body
		Log4shell_Body,
	};
}

global log4shell_body_rule = watched(RuleInfo(
	$note=Log4shell_Body,
	$id="1e468ddf-a8fe-4250-84e1-219e11dafba8",
	$title="Log4j Lookup In Request Body",
	$level="high",
	$attack=vector("T1190"),
	$robustness="2P"));

# Run where method matches /POST|PUT|PATCH/i.
function log4shell_body_on_request(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	transaction$candidates[Log4shell_Body] = 1;
	transaction$wants_request_body = T;
	}

# Run where body matches
# /.*((\$|%24|\\u0024)(\{|%7b|\\u007b)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))
# *(j|%6a)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(n|%6e)((\$|%24|\\u0024)(\{
# |%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|%27)?(\}|%7d|\\u007d))*(d|%64)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|
# %3a|%27)|('|%27)?(\}|%7d|\\u007d))*(i|%69|\xc4\xb1|%c4%b1)((\$|%24|\\u0024)(\{|%7b|\\u007b)[^${}]*(['\-:]|%3a|%27)|('|
# %27)?(\}|%7d|\\u007d))*(:|%3a)|(\$|%24|\\u0024)(\{|%7b|\\u007b)base64:am5kaT).*/is.
function log4shell_body_on_request_body(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( Log4shell_Body in transaction$candidates )
		{
		if ( ! may_raise(log4shell_body_rule, c) )
			return;

		if ( makes_notice(log4shell_body_rule, c) )
			notify(log4shell_body_rule, c, request_line(http), cat_sep(" ", "-", c$uid, http$trans_depth));

		if ( transaction?$request_body )
			http$sigzeek_body = transaction$request_body[0:2048];
		}
	}
