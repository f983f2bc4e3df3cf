##! Zerologon Attempted
##!
##! Id:              5491f0d1-0bff-4931-904d-5e6297a946bf
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2020-1472
##! Reference:       https://www.secura.com/blog/zero-logon
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Many computers behind one address
##! Type:            temporal
##! Rules:           zerologon_many_challenges, zerologon_many_authentications
##! Groups by:       id.orig_h, id.resp_h
##!
##! Zerologon (CVE-2020-1472): one host asks a domain controller for more than 20 challenges and tries to authenticate
##! more than 20 times, all within two minutes. With a challenge and a proof of nothing but zeroes one of 256 attempts
##! succeeds where Microsoft's update is missing; it takes no password.

module Published;

export {
	redef enum Notice::Type += {
		## Zerologon Attempted
		Zerologon_Attempted,
	};

	## How long events count together.
	option zerologon_attempted_timespan = 2min;
}

global zerologon_attempted_rule = watched(RuleInfo(
	$note=Zerologon_Attempted,
	$id="5491f0d1-0bff-4931-904d-5e6297a946bf",
	$title="Zerologon Attempted",
	$level="high",
	$attack=vector("T1210"),
	$robustness="3H",
	$suppress_for=double_to_interval(3600.0)));

redef record CorrelatedMatch += {
	# The window of the match's group, where it is at hand.
	zerologon_attempted_window: CorrelationWindow &default=no_window;
};

# How long a window stays that Zeek has not looked up for long.
function zerologon_attempted_time_left(windows: table[string] of CorrelationWindow, key: string): interval
	{
	return time_left(windows[key], zerologon_attempted_timespan);
	}

# What is kept of each group, some time longer than it can matter.
global zerologon_attempted_windows: table[string] of CorrelationWindow
	&read_expire=zerologon_attempted_timespan + double_to_interval(60.0) &expire_func=zerologon_attempted_time_left;

event zeek_init() &priority=100
	{
	Option::set_change_handler("Published::zerologon_attempted_timespan", timespan_changed);
	}

# Take a match that may decide something.
function zerologon_attempted_decide(match: CorrelatedMatch, window: CorrelationWindow)
	{
	if ( zerologon_attempted_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(zerologon_attempted_rule, match) )
		return;

	local timespan = zerologon_attempted_timespan;

	if ( window$is_forgotten )
		{
		window = window_of(zerologon_attempted_windows, match, timespan);

		if ( match$is_at_hand )
			match$zerologon_attempted_window = window;
		}

	if ( window$latest < match$ts )
		window$latest = match$ts;

	if ( ! both_have_matched(window, match, match$ts - timespan) )
		return;

	if ( zerologon_attempted_rule$is_silent )
		++zerologon_attempted_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(zerologon_attempted_rule$id, " ", match$key);
		local message = fmt("%s tried to authenticate to %s over and over", match$group[0], match$group[1]);
		local notice = correlation_notice(zerologon_attempted_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		notice$dst = to_addr(match$group[1]);
		++zerologon_attempted_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}

	settle_pair(zerologon_attempted_rule, window, timespan);

	match$rule = 0;
	zerologon_password_changed_correlate(match);
	}

# Take a match.
function zerologon_attempted_correlate(match: CorrelatedMatch)
	{
	local window = match$zerologon_attempted_window;

	# The condition holds already, and raises no notice.
	if ( match$ts < window$settled_until )
		{
		if ( match$rule == 0 )
			window$first_seen = match$ts;
		else
			window$second_seen = match$ts;

		if ( zerologon_attempted_rule$is_silent )
			++zerologon_attempted_rule$outcomes$silent;

		match$rule = 0;
		zerologon_password_changed_correlate(match);
		}
	else
		zerologon_attempted_decide(match, window);
	}

redef correlations += { ["5491f0d1-0bff-4931-904d-5e6297a946bf"] = zerologon_attempted_correlate };
