##! Value Of A Run Key Set On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0108
##! ATT&CK:          T1547.001 Boot or Logon Autostart Execution: Registry Run Keys / Startup Folder
##! ATT&CK:          T1112 Modify Registry
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/2b61fa7e-2a38-46ce-a186-7c91b3ed1b61
##! Reference:       https://attack.mitre.org/techniques/T1547/001/
##! False positives: Software distribution
##! Type:            temporal_ordered
##! Rules:           winreg_run_key_opened, winreg_value_set
##! Groups by:       id.orig_h, id.resp_h, uid
##!
##! A client opened a Run key of the responding host for writing, and set a value in the same connection within a
##! minute: a program that starts at the next logon. Which value, the rules on values say if it runs a command
##! interpreter.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Value Of A Run Key Set On Remote Host
		Run_Key_Value_Set,
	};

	## How long events count together.
	option run_key_value_set_timespan = 1min;
}

global run_key_value_set_rule = watched(RuleInfo(
	$note=Run_Key_Value_Set,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0108",
	$title="Value Of A Run Key Set On Remote Host",
	$level="high",
	$attack=vector("T1547.001", "T1112"),
	$robustness="3P"));

# What is kept of each group, some time longer than it can matter.
global run_key_value_set_windows: table[string] of CorrelationWindow
	&read_expire=run_key_value_set_timespan + double_to_interval(60.0);

# Take a match.
function run_key_value_set_correlate(match: CorrelatedMatch)
	{
	if ( run_key_value_set_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(run_key_value_set_rule, match) )
		return;

	local timespan = run_key_value_set_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in run_key_value_set_windows
	               ? run_key_value_set_windows[match$key]
	               : window_of(run_key_value_set_windows, match, timespan);

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

	if ( run_key_value_set_rule$is_silent )
		++run_key_value_set_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(run_key_value_set_rule$id, " ", group_key(vector(match$group[0], match$group[1])));
		local message = fmt("A value was set in a Run key of %s by %s", match$group[1], match$group[0]);
		local notice = correlation_notice(run_key_value_set_rule, match, timespan, message, identifier);
		notice$src = to_addr(match$group[0]);
		notice$dst = to_addr(match$group[1]);
		++run_key_value_set_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

redef correlations += { ["7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0108"] = run_key_value_set_correlate };
