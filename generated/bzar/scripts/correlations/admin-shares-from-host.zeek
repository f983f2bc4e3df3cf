##! Many Admin Shares Connected From One Host
##!
##! Id:              ae790000-65fc-46fc-af16-1067f8565a28
##! ATT&CK:          T1021.002 Remote Services: SMB/Windows Admin Shares
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1021/002/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Administration and software deployment over admin shares
##! False positives: Vulnerability scans
##! Type:            event_count
##! Rules:           zeek_smb_mapping_t1021_002_admin_share
##! Groups by:       id.orig_h
##! Condition:       gte 5
##!
##! A host has asked for the shares C$ or ADMIN$ of others so often within a short time that it looks like someone who
##! tries which of them lets him in. Each connect by itself is everyday administration, and its rule is silent by
##! default.

module Bzar;

export {
	## How long events count together.
	option admin_shares_from_host_timespan = 5min;

	## What the number of events must be at least; each makes a notice of its own.
	option admin_shares_from_host_thresholds: vector of count = vector(5, 10, 15, 20, 30, 40, 50, 100);
}

global admin_shares_from_host_rule = watched(RuleInfo(
	$rule=Admin_Shares_From_Host,
	$note=ATTACK::Lateral_Movement_Multiple_Attempts,
	$id="ae790000-65fc-46fc-af16-1067f8565a28",
	$title="Many Admin Shares Connected From One Host",
	$sub="T1021.002 Remote Services: SMB/Windows Admin Shares",
	$level="medium",
	$attack=vector("T1021.002"),
	$robustness="4H"));

# What is kept of each group, some time longer than it can matter.
global admin_shares_from_host_windows: table[string] of CorrelationWindow
	&read_expire=admin_shares_from_host_timespan + double_to_interval(60.0);

# Take a match.
function admin_shares_from_host_correlate(match: CorrelatedMatch)
	{
	if ( admin_shares_from_host_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(admin_shares_from_host_rule, match) )
		return;

	local timespan = admin_shares_from_host_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in admin_shares_from_host_windows
	               ? admin_shares_from_host_windows[match$key]
	               : window_of(admin_shares_from_host_windows, match, timespan);

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
	local highest = highest_count_reached(counted, admin_shares_from_host_thresholds);

	if ( highest == 0 )
		return;

	local threshold = admin_shares_from_host_thresholds[highest - 1];
	if ( admin_shares_from_host_rule$is_silent )
		++admin_shares_from_host_rule$outcomes$silent;
	else if ( window$raised != cat(threshold) || match$ts >= window$quiet_until )
		{
		local identifier = cat(admin_shares_from_host_rule$id, " ", match$key, " ", threshold);
		local message = fmt("Detected T1021.002 Admin File Share activity from host %s, total attempts %d within timeframe %s",
		                    match$group[0], counted, timespan);
		local notice = correlation_notice(admin_shares_from_host_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		++admin_shares_from_host_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		window$raised = cat(threshold);
		}
	}

redef correlations += { ["ae790000-65fc-46fc-af16-1067f8565a28"] = admin_shares_from_host_correlate };
