##! Many Different Long DNS Names
##!
##! Id:              e5a1c010-1ef0-428a-a5d7-c1662021981e
##! ATT&CK:          T1071.004 Application Layer Protocol: DNS
##! ATT&CK:          T1572 Protocol Tunneling
##! Level:           high
##! Robustness:      1H
##! Author:          sigzeek
##! Reference:       https://github.com/yarrick/iodine
##! Reference:       https://attack.mitre.org/techniques/T1071/004/
##! Reference:       https://attack.mitre.org/techniques/T1572/
##! False positives: Resolvers behind which many hosts are
##! False positives: Mail filters and anti-virus services that ask for hashes
##! Type:            value_count
##! Rules:           dns_long_name
##! Groups by:       id.orig_h
##! Condition:       query gte 50
##!
##! A host queries 50 different names of more than 50 characters within 5 minutes. Tunnels such as iodine and dnscat2
##! send data this way: each query carries different bytes. Repeated queries for the same name count once.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Many Different Long DNS Names
		Dns_Tunnel,
	};

	## How long events count together.
	option dns_tunnel_timespan = 5min;

	## What the number of values of query must be at least.
	option dns_tunnel_threshold: count = 50;
}

global dns_tunnel_rule = watched(RuleInfo(
	$note=Dns_Tunnel,
	$id="e5a1c010-1ef0-428a-a5d7-c1662021981e",
	$title="Many Different Long DNS Names",
	$level="high",
	$attack=vector("T1071.004", "T1572"),
	$robustness="1H"));

# What is kept of each group, some time longer than it can matter.
global dns_tunnel_windows: table[string] of CorrelationWindow
	&read_expire=dns_tunnel_timespan + double_to_interval(60.0);

# Take a match.
function dns_tunnel_correlate(match: CorrelatedMatch)
	{
	if ( dns_tunnel_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(dns_tunnel_rule, match) )
		return;

	local timespan = dns_tunnel_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in dns_tunnel_windows
	               ? dns_tunnel_windows[match$key]
	               : window_of(dns_tunnel_windows, match, timespan);

	if ( window$latest < match$ts )
		window$latest = match$ts;

	local counted = count_values(window$values, match, match$ts - timespan, max_correlation_events);

	if ( counted < dns_tunnel_threshold )
		return;

	if ( dns_tunnel_rule$is_silent )
		++dns_tunnel_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(dns_tunnel_rule$id, " ", match$key);
		local message = fmt("%d values of query in %s: id.orig_h %s", counted, timespan, match$group[0]);
		local notice = correlation_notice(dns_tunnel_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		++dns_tunnel_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

redef correlations += { ["e5a1c010-1ef0-428a-a5d7-c1662021981e"] = dns_tunnel_correlate };
