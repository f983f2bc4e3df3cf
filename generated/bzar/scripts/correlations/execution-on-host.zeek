##! Execution On A Host
##!
##! Id:              3f2c3a12-7cbd-40b9-b66e-86056fc290d4
##! ATT&CK:          T1047 Windows Management Instrumentation
##! ATT&CK:          T1053.002 Scheduled Task/Job: At
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! ATT&CK:          T1569.002 System Services: Service Execution
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/tactics/TA0002/
##! Type:            event_count
##! Rules:           zeek_dce_rpc_t1047_wmi, zeek_dce_rpc_t1053_002_at, zeek_dce_rpc_t1053_005_scheduled_task,
##!                  zeek_dce_rpc_t1569_002_service_execution
##! Groups by:       id.resp_h
##! Condition:       gte 1
##!
##! A call that has a host run something: a service, a task, an AT job or a method of WMI. It is silent: each of the
##! calls has a notice of its own, and a correlation with writes to admin shares takes them all from here.

module Bzar;

export {
	## How long events count together.
	option execution_on_host_timespan = 10min;
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Execution_On_Host };

global execution_on_host_rule = watched(RuleInfo(
	$rule=Execution_On_Host,
	$note=ATTACK::Execution,
	$id="3f2c3a12-7cbd-40b9-b66e-86056fc290d4",
	$title="Execution On A Host",
	$sub="T1047 Windows Management Instrumentation + T1053.002 Scheduled Task/Job: At + T1053.005 Scheduled Task/Job: Scheduled Task + T1569.002 System Services: Service Execution",
	$level="medium",
	$attack=vector("T1047", "T1053.002", "T1053.005", "T1569.002"),
	$robustness="4H"));

# What is kept of each group, some time longer than it can matter.
global execution_on_host_windows: table[string] of CorrelationWindow
	&read_expire=execution_on_host_timespan + double_to_interval(60.0);

# Take a match.
function execution_on_host_correlate(match: CorrelatedMatch)
	{
	if ( execution_on_host_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here(execution_on_host_rule, match) )
		return;

	write_and_execution_on_host_correlate(CorrelatedMatch($ts=match$ts,
	                                                      $group=match$group,
	                                                      $uid=match$uid,
	                                                      $rule=1,
	                                                      $weight=1000));

	if ( execution_on_host_rule$is_silent )
		{
		++execution_on_host_rule$outcomes$silent;
		return;
		}

	local timespan = execution_on_host_timespan;

	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in execution_on_host_windows
	               ? execution_on_host_windows[match$key]
	               : window_of(execution_on_host_windows, match, timespan);

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

	if ( match$ts >= window$quiet_until )
		{
		local identifier = cat(execution_on_host_rule$id, " ", match$key);
		local message = fmt("%d events in %s: id.resp_h %s", counted, timespan, match$group[0]);
		local notice = correlation_notice(execution_on_host_rule, match, timespan, message, identifier);
		notice$dst = to_addr(match$group[0]);
		++execution_on_host_rule$outcomes$raised;
		NOTICE(notice);
		keep_quiet(window, notice);
		}
	}

redef correlations += { ["3f2c3a12-7cbd-40b9-b66e-86056fc290d4"] = execution_on_host_correlate };
