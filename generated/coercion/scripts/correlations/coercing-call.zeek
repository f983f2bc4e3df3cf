##! Call That Can Coerce A Host
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c15
##! ATT&CK:          T1187 Forced Authentication
##! Level:           informational
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! Type:            event_count
##! Rules:           efsrpc_file_named, spoolss_changes_announced, netdfs_root_changed, fsrvp_share_asked_for,
##!                  eventlog_backup_log_opened, printer_opened
##! Groups by:       id.orig_h, id.resp_h
##! Condition:       gte 1
##!
##! Any of the calls by which a host can be told to go to another. The correlation 'coerced_host_came' asks whether it
##! did.

module Coercion;

export {
	redef enum Notice::Type += {
		## Call That Can Coerce A Host
		Coercing_Call,
	};

	## How long events count together.
	option coercing_call_timespan = 1min;
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Coercing_Call };

global coercing_call_rule = watched(RuleInfo(
	$note=Coercing_Call,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c15",
	$title="Call That Can Coerce A Host",
	$level="informational",
	$attack=vector("T1187"),
	$robustness="4H"));

redef record CorrelatedMatch += {
	# The window of the match's group, where it is at hand.
	coercing_call_window: CorrelationWindow &default=no_window;
};

# How long a window stays that Zeek has not looked up for long.
function coercing_call_time_left(windows: table[string] of CorrelationWindow, key: string): interval
	{
	return time_left(windows[key], coercing_call_timespan);
	}

# What is kept of each group, some time longer than it can matter.
global coercing_call_windows: table[string] of CorrelationWindow
	&read_expire=coercing_call_timespan + double_to_interval(60.0) &expire_func=coercing_call_time_left;

# Take a match.
function coercing_call_correlate(match: CorrelatedMatch)
	{
	local window = match$coercing_call_window;

	if ( coercing_call_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(coercing_call_rule, match) )
		return;

	coerced_host_came_correlate(CorrelatedMatch($ts=match$ts, $group=match$group, $uid=match$uid, $rule=0));

	if ( coercing_call_rule$is_silent )
		{
		++coercing_call_rule$outcomes$silent;
		return;
		}

	local timespan = coercing_call_timespan;

	if ( window$is_forgotten )
		{
		window = window_of(coercing_call_windows, match, timespan);

		if ( match$is_at_hand )
			match$coercing_call_window = window;
		}

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

	if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(coercing_call_rule$id, " ", match$key);
		local message = fmt("%d events in %s: id.orig_h %s, id.resp_h %s",
		                    counted, timespan, match$group[0], match$group[1]);
		local notice = correlation_notice(coercing_call_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		notice$dst = to_addr(match$group[1]);
		++coercing_call_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

redef correlations += { ["0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c15"] = coercing_call_correlate };
