##! Long DNS Name
##!
##! Id:              97ec748e-8625-4de1-9bc5-36eca670be71
##! ATT&CK:          T1071.004 Application Layer Protocol: DNS
##! Level:           informational
##! Robustness:      1H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1071/004/
##! Reference:       https://datatracker.ietf.org/doc/html/rfc1035#section-2.3.4
##! False positives: Content networks, mail filters and anti-virus services
##! Matches:         selection
##! Matches:         selection: query|re: '.{51}'
##!
##! A query for a name of more than 50 characters. Content networks and mail filters use such names too; the correlation
##! 'dns_tunnel' counts how many different ones a host queries.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Long DNS Name
		Long_Name,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Long_Name };

global long_name_rule = watched(RuleInfo(
	$note=Long_Name,
	$id="97ec748e-8625-4de1-9bc5-36eca670be71",
	$title="Long DNS Name",
	$level="informational",
	$attack=vector("T1071.004"),
	$robustness="1H"));

@ifdef ( DNS::LOG )

# Run where query matches /.*[^\n]{51}.*/s.
function long_name_on_logged(info: DNS::Info)
	{
	if ( ! may_raise_record(long_name_rule, dns_origin(info)) )
		return;

	if ( long_name_rule$is_silent )
		++long_name_rule$outcomes$silent;
	else
		notify_record(long_name_rule, dns_origin(info), cat("dns", ": query ", (info?$query ? info$query : "-")));

	local dns_tunnel_match = CorrelatedMatch($ts=network_time(), $group=vector(cat(info$id$orig_h)), $uid=record_uid(dns_origin(info)));

	if ( info?$query )
		dns_tunnel_match$value = info$query;

	correlate_record(long_name_rule, dns_origin(info), dns_tunnel_correlate, dns_tunnel_match);
	}

@endif
