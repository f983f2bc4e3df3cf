##! Kerberos Users Guessed
##!
##! Id:              f6140c82-62b6-42cd-b4b7-96197fd9a810
##! ATT&CK:          T1087.002 Account Discovery: Domain Account
##! ATT&CK:          T1110.003 Brute Force: Password Spraying
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://github.com/ropnop/kerbrute
##! Reference:       https://attack.mitre.org/techniques/T1087/002/
##! Reference:       https://attack.mitre.org/techniques/T1110/003/
##! False positives: Terminal servers on which many users mistype their names
##! False positives: Systems whose accounts were deleted
##! Type:            value_count
##! Rules:           kerberos_unknown_user
##! Groups by:       id.orig_h
##! Condition:       client gte 10
##!
##! A host requests tickets for 10 different users that the KDC does not know within 5 minutes. It tries a list of names
##! to learn which ones exist, to find accounts without pre-authentication, or to prepare password spraying. This needs
##! no account.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Kerberos Users Guessed
		Kerberos_Users_Guessed,
	};

	## How long events count together.
	option kerberos_users_guessed_timespan = 5min;

	## What the number of values of client must be at least.
	option kerberos_users_guessed_threshold: count = 10;
}

global kerberos_users_guessed_rule = watched(RuleInfo(
	$note=Kerberos_Users_Guessed,
	$id="f6140c82-62b6-42cd-b4b7-96197fd9a810",
	$title="Kerberos Users Guessed",
	$level="high",
	$attack=vector("T1087.002", "T1110.003"),
	$robustness="3H"));

# What is kept of each group, some time longer than it can matter.
global kerberos_users_guessed_windows: table[string] of CorrelationWindow
	&read_expire=kerberos_users_guessed_timespan + double_to_interval(60.0);

# Take a match.
function kerberos_users_guessed_correlate(match: CorrelatedMatch)
	{
	if ( kerberos_users_guessed_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(kerberos_users_guessed_rule, match) )
		return;

	local timespan = kerberos_users_guessed_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in kerberos_users_guessed_windows
	               ? kerberos_users_guessed_windows[match$key]
	               : window_of(kerberos_users_guessed_windows, match, timespan);

	if ( window$latest < match$ts )
		window$latest = match$ts;

	local counted = count_values(window$values, match, match$ts - timespan, max_correlation_events);

	if ( counted < kerberos_users_guessed_threshold )
		return;

	if ( kerberos_users_guessed_rule$is_silent )
		++kerberos_users_guessed_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(kerberos_users_guessed_rule$id, " ", match$key);
		local message = fmt("%d values of client in %s: id.orig_h %s", counted, timespan, match$group[0]);
		local notice = correlation_notice(kerberos_users_guessed_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		++kerberos_users_guessed_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

redef correlations += { ["f6140c82-62b6-42cd-b4b7-96197fd9a810"] = kerberos_users_guessed_correlate };
