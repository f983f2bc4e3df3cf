##! Zerologon Changed A Password
##!
##! Id:              3b9eda7e-5445-4ec0-96c4-9ea843689db3
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           critical
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2020-1472
##! Reference:       https://www.secura.com/blog/zero-logon
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! Type:            temporal_ordered
##! Rules:           zerologon_attempted, netlogon_password_set
##! Groups by:       id.orig_h, id.resp_h
##!
##! Zerologon (CVE-2020-1472) has succeeded: after more than 20 challenges and attempts to authenticate from one host
##! the domain controller processed a change of a computer account's password. The account is most likely the domain
##! controller's own; who has it has the domain.

module Published;

export {
	redef enum Notice::Type += {
		## Zerologon Changed A Password
		Zerologon_Password_Changed,
	};

	## How long events count together.
	option zerologon_password_changed_timespan = 2min;
}

global zerologon_password_changed_rule = watched(RuleInfo(
	$note=Zerologon_Password_Changed,
	$id="3b9eda7e-5445-4ec0-96c4-9ea843689db3",
	$title="Zerologon Changed A Password",
	$level="critical",
	$attack=vector("T1210"),
	$robustness="3H"));

redef record CorrelatedMatch += {
	# The window of the match's group, where it is at hand.
	zerologon_password_changed_window: CorrelationWindow &default=no_window;
};

# How long a window stays that Zeek has not looked up for long.
function zerologon_password_changed_time_left(windows: table[string] of CorrelationWindow, key: string): interval
	{
	return time_left(windows[key], zerologon_password_changed_timespan);
	}

# What is kept of each group, some time longer than it can matter.
global zerologon_password_changed_windows: table[string] of CorrelationWindow
	&read_expire=zerologon_password_changed_timespan + double_to_interval(60.0) &expire_func=zerologon_password_changed_time_left;

# Take a match that may decide something.
function zerologon_password_changed_decide(match: CorrelatedMatch, window: CorrelationWindow)
	{
	if ( zerologon_password_changed_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(zerologon_password_changed_rule, match) )
		return;

	local timespan = zerologon_password_changed_timespan;

	if ( window$is_forgotten )
		{
		window = window_of(zerologon_password_changed_windows, match, timespan);

		if ( match$is_at_hand )
			match$zerologon_password_changed_window = window;
		}

	if ( window$latest < match$ts )
		window$latest = match$ts;

	local matched = add_in_order(window, match, timespan, 2);

	if ( ! matched )
		return;

	if ( zerologon_password_changed_rule$is_silent )
		++zerologon_password_changed_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(zerologon_password_changed_rule$id, " ", match$key);
		local message = fmt("%s tried to authenticate to %s over and over, and then set a password there",
		                    match$group[0], match$group[1]);
		local notice = correlation_notice(zerologon_password_changed_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		notice$dst = to_addr(match$group[1]);
		++zerologon_password_changed_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

# Take a match.
function zerologon_password_changed_correlate(match: CorrelatedMatch)
	{
	local window = match$zerologon_password_changed_window;

	# A match of the first rule is all there is to keep until the last rule has matched.
	if ( match$rule == 0 && window$only_starts && |window$times| < window$look_at )
		window$times += match$ts;
	else
		zerologon_password_changed_decide(match, window);
	}

redef correlations += { ["3b9eda7e-5445-4ec0-96c4-9ea843689db3"] = zerologon_password_changed_correlate };
