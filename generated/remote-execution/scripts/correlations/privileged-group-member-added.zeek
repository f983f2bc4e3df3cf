##! Member Added To Privileged Group Of Domain
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0114
##! ATT&CK:          T1098.007 Account Manipulation: Additional Local or Domain Groups
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380
##! Reference:       https://attack.mitre.org/techniques/T1098/007/
##! False positives: Administration of accounts
##! Type:            temporal_ordered
##! Rules:           samr_privileged_group_opened, samr_group_member_added
##! Groups by:       id.orig_h, id.resp_h, uid
##!
##! A client opened a privileged group by its relative identifier, and added a member to a group in the same connection
##! within a minute. 'samr_group_member_added' names the member.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Member Added To Privileged Group Of Domain
		Privileged_Group_Member_Added,
	};

	## How long events count together.
	option privileged_group_member_added_timespan = 1min;
}

global privileged_group_member_added_rule = watched(RuleInfo(
	$note=Privileged_Group_Member_Added,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0114",
	$title="Member Added To Privileged Group Of Domain",
	$level="high",
	$attack=vector("T1098.007"),
	$robustness="3P"));

# What is kept of each group, some time longer than it can matter.
global privileged_group_member_added_windows: table[string] of CorrelationWindow
	&read_expire=privileged_group_member_added_timespan + double_to_interval(60.0);

# Take a match.
function privileged_group_member_added_correlate(match: CorrelatedMatch)
	{
	if ( privileged_group_member_added_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(privileged_group_member_added_rule, match) )
		return;

	local timespan = privileged_group_member_added_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in privileged_group_member_added_windows
	               ? privileged_group_member_added_windows[match$key]
	               : window_of(privileged_group_member_added_windows, match, timespan);

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

	if ( privileged_group_member_added_rule$is_silent )
		++privileged_group_member_added_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(privileged_group_member_added_rule$id, " ", group_key(vector(match$group[0], match$group[1])));
		local message = fmt("%s added a member to a privileged group of %s", match$group[0], match$group[1]);
		local notice = correlation_notice(privileged_group_member_added_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		notice$dst = to_addr(match$group[1]);
		++privileged_group_member_added_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

redef correlations += { ["7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0114"] = privileged_group_member_added_correlate };
