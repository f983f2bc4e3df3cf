##! Coerced Host Came To Its Caller
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c16
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Print servers that print on each other
##! Type:            temporal_ordered
##! Rules:           coercing_call, smb_session_asked_for
##! Groups by:       id.orig_h, id.resp_h
##!
##! One host made a call by which another can be told to go elsewhere, and within a minute the other one asked the first
##! for a session of SMB: it was coerced, whatever the call returned and whether it can be read or not. What it sends to
##! log on can be relayed.

module Coercion;

export {
	redef enum Notice::Type += {
		## Coerced Host Came To Its Caller
		Coerced_Host_Came,
	};

	## How long events count together.
	option coerced_host_came_timespan = 1min;
}

global coerced_host_came_rule = watched(RuleInfo(
	$note=Coerced_Host_Came,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c16",
	$title="Coerced Host Came To Its Caller",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3H"));

# What is kept of each group, some time longer than it can matter.
global coerced_host_came_windows: table[string] of CorrelationWindow
	&read_expire=coerced_host_came_timespan + double_to_interval(60.0);

# Take a match.
function coerced_host_came_correlate(match: CorrelatedMatch)
	{
	if ( coerced_host_came_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(coerced_host_came_rule, match) )
		return;

	local timespan = coerced_host_came_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in coerced_host_came_windows
	               ? coerced_host_came_windows[match$key]
	               : window_of(coerced_host_came_windows, match, timespan);

	if ( window$latest < match$ts )
		{
		window$latest = match$ts;

		# A match of the first rule is all there is to keep until the last rule has matched.
		if ( match$rule == 0 && window$only_starts && |window$times| < window$look_at )
			{
			window$times += match$ts;
			return;
			}
		}

	local matched = add_in_order(window, match, timespan, 2);

	if ( ! matched )
		return;

	if ( coerced_host_came_rule$is_silent )
		++coerced_host_came_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(coerced_host_came_rule$id, " ", match$key);
		local message = fmt("%s came to %s, which had told it to go somewhere", match$group[1], match$group[0]);
		local notice = correlation_notice(coerced_host_came_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		notice$dst = to_addr(match$group[1]);
		++coerced_host_came_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

redef correlations += { ["0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c16"] = coerced_host_came_correlate };
