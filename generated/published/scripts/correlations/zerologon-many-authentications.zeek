##! Many Netlogon Authentications
##!
##! Id:              d9348402-1616-49ed-a580-d51df2c30e86
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           low
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://nvd.nist.gov/vuln/detail/CVE-2020-1472
##! Reference:       https://www.secura.com/blog/zero-logon
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Many computers behind one address
##! Type:            event_count
##! Rules:           netlogon_authentication
##! Groups by:       id.orig_h, id.resp_h
##! Condition:       gt 20
##!
##! One host tries to authenticate to a domain controller more than 20 times within two minutes: half of Zerologon
##! (CVE-2020-1472). The correlation 'zerologon_attempted' wants the other half, too.

module Published;

export {
	redef enum Notice::Type += {
		## Many Netlogon Authentications
		Zerologon_Many_Authentications,
	};

	## How long events count together.
	option zerologon_many_authentications_timespan = 2min;

	## What the number of events must be above.
	option zerologon_many_authentications_threshold: count = 20;
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Zerologon_Many_Authentications };

global zerologon_many_authentications_rule = watched(RuleInfo(
	$note=Zerologon_Many_Authentications,
	$id="d9348402-1616-49ed-a580-d51df2c30e86",
	$title="Many Netlogon Authentications",
	$level="low",
	$attack=vector("T1210"),
	$robustness="3H"));

redef record CorrelatedMatch += {
	# The window of the match's group, where it is at hand.
	zerologon_many_authentications_window: CorrelationWindow &default=no_window;
};

# How long a window stays that Zeek has not looked up for long.
function zerologon_many_authentications_time_left(windows: table[string] of CorrelationWindow, key: string): interval
	{
	return time_left(windows[key], zerologon_many_authentications_timespan);
	}

# What is kept of each group, some time longer than it can matter.
global zerologon_many_authentications_windows: table[string] of CorrelationWindow
	&read_expire=zerologon_many_authentications_timespan + double_to_interval(60.0) &expire_func=zerologon_many_authentications_time_left;

event zeek_init() &priority=100
	{
	Option::set_change_handler("Published::zerologon_many_authentications_timespan", timespan_changed);
	Option::set_change_handler("Published::zerologon_many_authentications_threshold", number_changed);
	}

# Take a match that may decide something.
function zerologon_many_authentications_decide(match: CorrelatedMatch, window: CorrelationWindow)
	{
	if ( zerologon_many_authentications_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(zerologon_many_authentications_rule, match) )
		return;

	local timespan = zerologon_many_authentications_timespan;

	if ( window$is_forgotten )
		{
		window = window_of(zerologon_many_authentications_windows, match, timespan);

		if ( match$is_at_hand )
			match$zerologon_many_authentications_window = window;
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

	if ( counted <= zerologon_many_authentications_threshold )
		return;

	if ( zerologon_many_authentications_rule$is_silent )
		++zerologon_many_authentications_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(zerologon_many_authentications_rule$id, " ", match$key);
		local message = fmt("%d events in %s: id.orig_h %s, id.resp_h %s",
		                    counted, timespan, match$group[0], match$group[1]);
		local notice = correlation_notice(zerologon_many_authentications_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		notice$dst = to_addr(match$group[1]);
		++zerologon_many_authentications_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}

	settle_count(zerologon_many_authentications_rule, window, zerologon_many_authentications_threshold + 1, timespan);

	match$rule = 1;
	zerologon_attempted_correlate(match);
	}

# Take a match.
function zerologon_many_authentications_correlate(match: CorrelatedMatch)
	{
	local window = match$zerologon_many_authentications_window;

	# The condition holds already, and raises no notice.
	if ( match$ts < window$settled_until && |window$times| < window$look_at )
		{
		window$times += match$ts;

		if ( zerologon_many_authentications_rule$is_silent )
			++zerologon_many_authentications_rule$outcomes$silent;

		match$rule = 1;
		zerologon_attempted_correlate(match);
		}
	else
		zerologon_many_authentications_decide(match, window);
	}

redef correlations += { ["d9348402-1616-49ed-a580-d51df2c30e86"] = zerologon_many_authentications_correlate };
