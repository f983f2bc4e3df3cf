##! Host Came To Who Called It By EFSRPC
##!
##! Id:              1eef90b4-1b95-4640-a096-212a3226454c
##! ATT&CK:          T1187 Forced Authentication
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-36942
##! Reference:       https://msrc.microsoft.com/update-guide/vulnerability/CVE-2022-26809
##! Reference:       https://corelight.com/blog/detecting-cve-2022-26809
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Type:            temporal_ordered
##! Rules:           efsrpc_called, smb_session_set_up
##! Groups by:       id.orig_h, id.resp_h
##!
##! One host gave another the name of a file by the encrypting file system's remote protocol, and within a minute the
##! other one asked the first for a session of SMB: it was coerced (PetitPotam, CVE-2021-36942), whatever the call
##! returned. What it sends there may be relayed; and where it speaks RPC there, an answer made for the purpose ran code
##! in it (CVE-2022-26809). That answer Zeek does not show.

module Published;

export {
	redef enum Notice::Type += {
		## Host Came To Who Called It By EFSRPC
		Efsrpc_Host_Came,
	};

	## How long events count together.
	option efsrpc_host_came_timespan = 1min;
}

global efsrpc_host_came_rule = watched(RuleInfo(
	$note=Efsrpc_Host_Came,
	$id="1eef90b4-1b95-4640-a096-212a3226454c",
	$title="Host Came To Who Called It By EFSRPC",
	$level="high",
	$attack=vector("T1187"),
	$robustness="3H"));

redef record CorrelatedMatch += {
	# The window of the match's group, where it is at hand.
	efsrpc_host_came_window: CorrelationWindow &default=no_window;
};

# How long a window stays that Zeek has not looked up for long.
function efsrpc_host_came_time_left(windows: table[string] of CorrelationWindow, key: string): interval
	{
	return time_left(windows[key], efsrpc_host_came_timespan);
	}

# What is kept of each group, some time longer than it can matter.
global efsrpc_host_came_windows: table[string] of CorrelationWindow
	&read_expire=efsrpc_host_came_timespan + double_to_interval(60.0) &expire_func=efsrpc_host_came_time_left;

# Take a match that may decide something.
function efsrpc_host_came_decide(match: CorrelatedMatch, window: CorrelationWindow)
	{
	if ( efsrpc_host_came_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(efsrpc_host_came_rule, match) )
		return;

	local timespan = efsrpc_host_came_timespan;

	if ( window$is_forgotten )
		{
		window = window_of(efsrpc_host_came_windows, match, timespan);

		if ( match$is_at_hand )
			match$efsrpc_host_came_window = window;
		}

	if ( window$latest < match$ts )
		window$latest = match$ts;

	local matched = add_in_order(window, match, timespan, 2);

	if ( ! matched )
		return;

	if ( efsrpc_host_came_rule$is_silent )
		++efsrpc_host_came_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(efsrpc_host_came_rule$id, " ", match$key);
		local message = fmt("%s came to %s, which had called it by EFSRPC", match$group[1], match$group[0]);
		local notice = correlation_notice(efsrpc_host_came_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		notice$dst = to_addr(match$group[1]);
		++efsrpc_host_came_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

# Take a match.
function efsrpc_host_came_correlate(match: CorrelatedMatch)
	{
	local window = match$efsrpc_host_came_window;

	# A match of the first rule is all there is to keep until the last rule has matched.
	if ( match$rule == 0 && window$only_starts && |window$times| < window$look_at )
		window$times += match$ts;
	else
		efsrpc_host_came_decide(match, window);
	}

redef correlations += { ["1eef90b4-1b95-4640-a096-212a3226454c"] = efsrpc_host_came_correlate };
