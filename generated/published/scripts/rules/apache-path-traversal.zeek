##! Path Traversal In Apache 2.4.49 Or 2.4.50
##!
##! Id:              0ed6dc93-1a22-46a0-9d1a-2c70843a7348
##! ATT&CK:          T1190 Exploit Public-Facing Application
##! Level:           high
##! Robustness:      2H
##! Author:          sigzeek
##! Reference:       https://httpd.apache.org/security/vulnerabilities_24.html
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2021-41773
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2021-42013
##! Reference:       https://attack.mitre.org/techniques/T1190/
##! False positives: Scans for the vulnerability that were announced
##! Matches:         selection
##! Matches:         selection: original_uri|re|i:
##!                  '/(\.%(25)*(2|%?32)(e|%?(25)?65)|%(25)*(2|%?32)(e|%?(25)?65)(\.|%(25)*(2|%?32)(e|%?(25)?65)))/'
##!                  and server_header.Server|contains: 'Apache/2.4.49' or 'Apache/2.4.50'
##!
##! CVE-2021-41773 and CVE-2021-42013: Apache httpd 2.4.49 takes '../' out of a path, but not where one of the dots is
##! written as %2e, and 2.4.50 not where that is written in percent signs again (%%32%65). Such a path leads out of the
##! folders that the server hands out, to files and, through /cgi-bin/, to programs. The rule wants the server's answer
##! to name one of the two versions; one that hides its version raises nothing.

module Published;

export {
	redef enum Notice::Type += {
		## Path Traversal In Apache 2.4.49 Or 2.4.50
		Apache_Path_Traversal,
	};
}

global apache_path_traversal_rule = watched(RuleInfo(
	$note=Apache_Path_Traversal,
	$id="0ed6dc93-1a22-46a0-9d1a-2c70843a7348",
	$title="Path Traversal In Apache 2.4.49 Or 2.4.50",
	$level="high",
	$attack=vector("T1190"),
	$robustness="2H"));

# Run where original_uri matches
# /.*\/(\.%(25)*(2|%?32)(e|%?(25)?65)|%(25)*(2|%?32)(e|%?(25)?65)(\.|%(25)*(2|%?32)(e|%?(25)?65)))\/.*/is.
function apache_path_traversal_on_request(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	transaction$candidates[Apache_Path_Traversal] = 1;
	}

# Run where server_header.Server matches /.*(Apache\/2\.4\.49|Apache\/2\.4\.50).*/is.
function apache_path_traversal_on_server_headers(c: connection, http: HTTP::Info, transaction: HttpTransaction)
	{
	if ( Apache_Path_Traversal in transaction$candidates && raises_notice(apache_path_traversal_rule, c) )
		notify(apache_path_traversal_rule, c, request_line(http), cat_sep(" ", "-", c$uid, http$trans_depth));
	}
