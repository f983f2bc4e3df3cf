##! Many Discovery Calls From One Host
##!
##! Id:              46c19057-7c47-4c1a-b80a-e7ce1144aa49
##! ATT&CK:          T1016 System Network Configuration Discovery
##! ATT&CK:          T1018 Remote System Discovery
##! ATT&CK:          T1033 System Owner/User Discovery
##! ATT&CK:          T1049 System Network Connections Discovery
##! ATT&CK:          T1069 Permission Groups Discovery
##! ATT&CK:          T1082 System Information Discovery
##! ATT&CK:          T1083 File and Directory Discovery
##! ATT&CK:          T1087 Account Discovery
##! ATT&CK:          T1124 System Time Discovery
##! ATT&CK:          T1135 Network Share Discovery
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/tactics/TA0007/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Administration, inventory and vulnerability scans
##! Type:            event_count
##! Rules:           zeek_dce_rpc_t1016_network_configuration, zeek_dce_rpc_t1018_remote_systems,
##!                  zeek_dce_rpc_t1033_users, zeek_dce_rpc_t1049_connections, zeek_dce_rpc_t1069_permission_groups,
##!                  zeek_dce_rpc_t1082_system_information, zeek_dce_rpc_t1083_files, zeek_dce_rpc_t1087_accounts,
##!                  zeek_dce_rpc_t1124_system_time, zeek_dce_rpc_t1135_shares
##! Groups by:       id.orig_h
##! Condition:       gte 5
##!
##! A host has asked other hosts, within a short time, for accounts, groups, shares, sessions, files or settings so
##! often that it looks like someone who looks around. Each of the calls is everyday traffic, and its rule is silent by
##! default.

module Bzar;

export {
	## How long events count together.
	option discovery_from_host_timespan = 5min;

	## What the number of events must be at least; each makes a notice of its own.
	option discovery_from_host_thresholds: vector of count = vector(5, 10, 15, 20, 30, 40, 50, 100);
}

global discovery_from_host_rule = watched(RuleInfo(
	$rule=Discovery_From_Host,
	$note=ATTACK::Discovery,
	$id="46c19057-7c47-4c1a-b80a-e7ce1144aa49",
	$title="Many Discovery Calls From One Host",
	$sub="T1016 System Network Configuration Discovery + T1018 Remote System Discovery + T1033 System Owner/User Discovery + T1049 System Network Connections Discovery + T1069 Permission Groups Discovery + T1082 System Information Discovery + T1083 File and Directory Discovery + T1087 Account Discovery + T1124 System Time Discovery + T1135 Network Share Discovery",
	$level="medium",
	$attack=vector("T1016", "T1018", "T1033", "T1049", "T1069", "T1082", "T1083", "T1087", "T1124", "T1135"),
	$robustness="4H"));

# What is kept of each group, some time longer than it can matter.
global discovery_from_host_windows: table[string] of CorrelationWindow
	&read_expire=discovery_from_host_timespan + double_to_interval(60.0);

# Take a match.
function discovery_from_host_correlate(match: CorrelatedMatch)
	{
	if ( discovery_from_host_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(discovery_from_host_rule, match) )
		return;

	local timespan = discovery_from_host_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in discovery_from_host_windows
	               ? discovery_from_host_windows[match$key]
	               : window_of(discovery_from_host_windows, match, timespan);

	if ( window$latest < match$ts )
		window$latest = match$ts;

	local times = window$times;
	times += window$latest;

	while ( times[window$first] < match$ts - timespan )
		++window$first;

	local counted = |times| - window$first;

	if ( counted > max_correlation_events )
		{
		counted = max_correlation_events;
		window$first = |times| - counted;
		}

	if ( window$first >= 64 )
		drop_forgotten(window);
	local highest = highest_count_reached(counted, discovery_from_host_thresholds);

	if ( highest == 0 )
		return;

	local threshold = discovery_from_host_thresholds[highest - 1];
	if ( discovery_from_host_rule$is_silent )
		++discovery_from_host_rule$outcomes$silent;
	else if ( window$raised != cat(threshold) || match$ts >= window$quiet_until )
		{
		local identifier = cat(discovery_from_host_rule$id, " ", match$key, " ", threshold);
		local message = fmt("Detected activity from host %s, total attempts %d within timeframe %s",
		                    match$group[0], counted, timespan);
		local notice = correlation_notice(discovery_from_host_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		++discovery_from_host_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		window$raised = cat(threshold);
		}
	}

redef correlations += { ["46c19057-7c47-4c1a-b80a-e7ce1144aa49"] = discovery_from_host_correlate };
