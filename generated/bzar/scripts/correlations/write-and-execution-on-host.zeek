##! File Written To Admin Share And Execution On One Host
##!
##! Id:              901b6600-0535-42d5-a541-f745a05f23e2
##! ATT&CK:          T1021.002 Remote Services: SMB/Windows Admin Shares
##! ATT&CK:          T1570 Lateral Tool Transfer
##! ATT&CK:          T1047 Windows Management Instrumentation
##! ATT&CK:          T1053.002 Scheduled Task/Job: At
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! ATT&CK:          T1569.002 System Services: Service Execution
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1021/002/
##! Reference:       https://attack.mitre.org/techniques/T1570/
##! Reference:       https://attack.mitre.org/tactics/TA0002/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Software deployment over admin shares
##! Type:            temporal
##! Rules:           zeek_smb_files_t1021_002_t1570_admin_share_write, execution_on_host
##! Groups by:       id.resp_h
##!
##! Something was written to the share C$ or ADMIN$ of a host, and the host was told to run something, by one client or
##! by two, in either order: how PsExec, Impacket and most of their kin move on to the next host.

module Bzar;

export {
	## How long events count together.
	option write_and_execution_on_host_timespan = 10min;
}

global write_and_execution_on_host_rule = watched(RuleInfo(
	$rule=Write_And_Execution_On_Host,
	$note=ATTACK::Lateral_Movement_and_Execution,
	$id="901b6600-0535-42d5-a541-f745a05f23e2",
	$title="File Written To Admin Share And Execution On One Host",
	$sub="T1021.002 Remote Services: SMB/Windows Admin Shares + T1570 Lateral Tool Transfer + T1047 Windows Management Instrumentation + T1053.002 Scheduled Task/Job: At + T1053.005 Scheduled Task/Job: Scheduled Task + T1569.002 System Services: Service Execution",
	$level="high",
	$attack=vector("T1021.002", "T1570", "T1047", "T1053.002", "T1053.005", "T1569.002"),
	$robustness="3H"));

# What is kept of each group, some time longer than it can matter.
global write_and_execution_on_host_windows: table[string] of CorrelationWindow
	&read_expire=write_and_execution_on_host_timespan + double_to_interval(60.0);

# Take a match.
function write_and_execution_on_host_correlate(match: CorrelatedMatch)
	{
	if ( write_and_execution_on_host_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(write_and_execution_on_host_rule, match) )
		return;

	local timespan = write_and_execution_on_host_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in write_and_execution_on_host_windows
	               ? write_and_execution_on_host_windows[match$key]
	               : window_of(write_and_execution_on_host_windows, match, timespan, 2);

	if ( window$latest < match$ts )
		window$latest = match$ts;

	local seen = window$seen;

	if ( seen[match$rule] < match$ts )
		seen[match$rule] = match$ts;

	local counted = count_rules(seen, match$ts - timespan);
	local weights = window$weights;
	forget_weights(weights, match$ts - timespan);
	add_weight(weights, match);

	if ( counted < 2 )
		return;

	if ( write_and_execution_on_host_rule$is_silent )
		++write_and_execution_on_host_rule$outcomes$silent;
	else if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(write_and_execution_on_host_rule$id, " ", match$key);
		local message = fmt("Detected activity against host %s, total score %d within timeframe %s",
		                    match$group[0], weights$total, timespan);
		local notice = correlation_notice(write_and_execution_on_host_rule, match, timespan, message, identifier);
		notice$dst = to_addr(match$group[0]);
		++write_and_execution_on_host_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

redef correlations += { ["901b6600-0535-42d5-a541-f745a05f23e2"] = write_and_execution_on_host_correlate };
