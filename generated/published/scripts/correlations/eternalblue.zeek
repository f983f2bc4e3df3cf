##! EternalBlue
##!
##! Id:              df4fe3ab-0ca2-4290-8058-732ef45f1dad
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           critical
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cifs/d416ff7c-c536-406e-a951-4f04b2fd1d2b
##! Reference:       https://learn.microsoft.com/en-us/security-updates/securitybulletins/2017/ms17-010
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! Type:            temporal_ordered
##! Rules:           smb1_nt_transaction, smb1_transaction2_continued
##! Groups by:       id.orig_h, id.orig_p, id.resp_h, message_id
##!
##! EternalBlue (CVE-2017-0144, MS17-010): an NT_TRANSACT of SMB1 is continued by TRANSACTION2_SECONDARY. Secondary
##! requests belong to the transaction whose multiplex id they have ([MS-CIFS] 3.3.5.2.5); a server without Microsoft's
##! update takes one of the other kind, whose length it counts in fewer bits, and writes beyond its buffer.

module Published;

export {
	redef enum Notice::Type += {
		## EternalBlue
		Eternalblue,
	};

	## How long events count together.
	option eternalblue_timespan = 5min;
}

global eternalblue_rule = watched(RuleInfo(
	$note=Eternalblue,
	$id="df4fe3ab-0ca2-4290-8058-732ef45f1dad",
	$title="EternalBlue",
	$level="critical",
	$attack=vector("T1210"),
	$robustness="3H"));

# What is kept of each group, some time longer than it can matter.
global eternalblue_windows: table[string] of CorrelationWindow
	&read_expire=eternalblue_timespan + double_to_interval(60.0);

# Take a match.
function eternalblue_correlate(match: CorrelatedMatch)
	{
	if ( eternalblue_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(eternalblue_rule, match) )
		return;

	local timespan = eternalblue_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in eternalblue_windows
	               ? eternalblue_windows[match$key]
	               : window_of(eternalblue_windows, match, timespan);

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

	if ( eternalblue_rule$is_silent )
		++eternalblue_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(eternalblue_rule$id, " ", group_key(vector(match$group[0], match$group[2])));
		local message = fmt("NT_TRANSACT of %s continued by TRANSACTION2_SECONDARY", match$group[0]);
		local notice = correlation_notice(eternalblue_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		notice$dst = to_addr(match$group[2]);
		++eternalblue_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

redef correlations += { ["df4fe3ab-0ca2-4290-8058-732ef45f1dad"] = eternalblue_correlate };
