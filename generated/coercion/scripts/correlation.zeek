##! What the correlations of this pack share.
##!
##! Matches of rules are taken to where the state of their group is kept: on a standalone Zeek here, on a cluster on the
##! proxy that the group's key falls to, or on the manager where there is no proxy. The notice is raised there.

@load base/frameworks/cluster
@load ./allow-lists
@load ./main
@load ./notices

module Coercion;

export {
	## Groups that are kept of each correlation; beyond, the half that was not seen for longest is forgotten.
	option max_correlation_groups = 10000;

	## Matches, or values, that are kept of each group; beyond, the oldest are forgotten.
	option max_correlation_events = 10000;

	## A match of a rule, or of a correlation, as another correlation takes it.
	type CorrelatedMatch: record {
		## When.
		ts: time;
		## The values of the group-by fields; no_value stands for one that is not there.
		group: vector of string;
		## The connection's unique id.
		uid: string;
		## The group as one text, once that has been asked for.
		key: string &optional;
		## The rule's number among those of the correlation, from 0.
		rule: count &default=0;
		## Whether it is at hand for the next match of its hosts, with the windows that it has got. No match before was later then.
		is_at_hand: bool &default=F;
	};

	## The same for another node, or for later: without the windows.
	type SentMatch: record {
		## When.
		ts: time;
		## The values of the group-by fields; no_value stands for one that is not there.
		group: vector of string;
		## The connection's unique id.
		uid: string;
		## The group as one text, once that has been asked for.
		key: string &optional;
		## The rule's number among those of the correlation, from 0.
		rule: count &default=0;
	};

	## A match for the node that keeps the state of its group.
	global correlated_match: event(correlation: string, match: SentMatch);
}

# Stands for a value that is not there; no text that people mean to read is this.
const no_value = "\x00";

# Stands for a time that is not there.
const never = double_to_time(-1.0);

# Matches of one rule in the order in which they came, with when they are forgotten: a late one goes with the one before it.
type RuleQueue: record {
	times: vector of time &default=vector();
	first: count &default=0;
	# Whether one has come late; until then, all are forgotten at their own times.
	came_late: bool &default=F;
	kept: vector of time &default=vector();
};

# What is kept of a group.
type CorrelationWindow: record {
	# The latest time of its matches.
	latest: time &default=never;
	# Whether it is in its table no longer.
	is_forgotten: bool &default=F;
	# Until when Zeek suppresses notices like its latest one.
	quiet_until: time &default=never;
	# The times of matches in the order in which they came; those before `first` are forgotten. One that came late has the
	# time of the one before it, and is forgotten with it.
	times: vector of time &default=vector();
	first: count &default=0;
	# At how many times it is looked for those that are too old, where that need not be done at each match.
	look_at: count &default=0;
	# Matches of the first rule, without those that an earlier one outlives; `times` are theirs.
	starts: RuleQueue &default=RuleQueue();
	# The latest match of the last rule, where it is not too old.
	last: time &optional;
	# Whether there are matches of the first rule alone, which have all come in order.
	only_starts: bool &default=T;
};

# Stands for a window that is not at hand.
global no_window = CorrelationWindow($is_forgotten=T, $only_starts=F);

# What takes the matches of each correlation, by its id.
const correlations: table[string] of function(match: CorrelatedMatch) = table() &redef;

# The pack's correlations, for the rules whose matches they take.
global coercing_call_correlate: function(match: CorrelatedMatch);
global coerced_host_came_correlate: function(match: CorrelatedMatch);

# The values of a group as one text from which each of them can be told.
function group_key(group: vector of string): string
	{
	if ( |group| == 2 )
		{
		local first = group[0];
		return cat(|first|, ":", first, group[1]);
		}

	local key = "";

	for ( _, value in group )
		key = cat(key, |value|, ":", value);

	return key;
	}

# The latest match of each originator and responder that make a group, which becomes their next one. Matches of the same
# hosts follow each other, and to find out the group's texts and windows anew costs more than all else that is done with one.
global matches_of_hosts: table[addr, addr] of CorrelatedMatch &create_expire=1min &redef;

function first_match_of_hosts(originator: addr, responder: addr): CorrelatedMatch
	{
	if ( |matches_of_hosts| >= max_correlation_groups )
		clear_table(matches_of_hosts);

	local group = vector(cat(originator), cat(responder));
	return CorrelatedMatch($ts=never, $group=group, $uid="", $key=group_key(group), $is_at_hand=Cluster::node == "");
	}

# Not above: Zeek 9.0 wants the function when it makes the table, and the function needs the table.
redef matches_of_hosts &default_insert=first_match_of_hosts;

# A match to be taken later or elsewhere, while that of its hosts goes on.
function sent_match(match: CorrelatedMatch): SentMatch
	{
	local sent = SentMatch($ts=match$ts, $group=match$group, $uid=match$uid, $rule=match$rule);

	if ( match?$key )
		sent$key = match$key;

	return sent;
	}

# No windows are at hand any more: what is known of them hangs on an option that an operator changes.
function rules_changed(ID: string, rules: set[Notice::Type]): set[Notice::Type]
	{
	clear_table(matches_of_hosts);
	return rules;
	}

event zeek_init() &priority=100
	{
	Option::set_change_handler("Coercion::disabled_rules", rules_changed);
	Option::set_change_handler("Coercion::silent_rules", rules_changed);
	}

# The topic of the cluster's node that keeps the state of a group; "" where it is kept here.
function keeper_of(key: string): string
	{
	local topic = Cluster::hrw_topic(Cluster::proxy_pool, key);

	if ( topic != "" )
		return topic == Cluster::node_topic(Cluster::node) ? "" : topic;

	return Cluster::local_node_type() == Cluster::MANAGER ? "" : Cluster::manager_topic;
	}

# Whether a match has come from another node, which has found out that it is for this one.
global match_has_come = F;

# Whether the state of a match's group is kept on this node of a cluster; if not, the match goes to the node that keeps it.
function is_kept_here(correlation: RuleInfo, match: CorrelatedMatch): bool
	{
	if ( match_has_come )
		{
		match_has_come = F;
		return T;
		}

	local topic = keeper_of(cat(correlation$id, " ", group_key(match$group)));

	if ( topic == "" )
		return T;

@ifdef ( Cluster::publish )
	Cluster::publish(topic, correlated_match, correlation$id, sent_match(match));
@else
	Broker::publish(topic, correlated_match, correlation$id, sent_match(match));
@endif
	return F;
	}

# A match that waits for a host's name, and what takes it then.
type WaitingMatch: record {
	take: function(match: CorrelatedMatch);
	match: CorrelatedMatch;
};

# Take a match that waited for a host's name to its correlation.
function take_waiting(subject: any)
	{
	local waiting = subject as WaitingMatch;
	waiting$take(waiting$match);
	}

# Whether a rule's match waits, since one of its hosts may have a name under which it is allowed.
function waits_for_name(rule: RuleInfo, c: connection, take: function(match: CorrelatedMatch), match: CorrelatedMatch): bool
	{
	if ( ! names_are_listed() )
		return F;

	unless_named(name_checks(rule, c), take_waiting, WaitingMatch($take=take, $match=sent_match(match)));
	return T;
	}

# Take a rule's match to a correlation, unless one of its hosts has a name under which it is allowed.
function correlate_match(rule: RuleInfo, c: connection, take: function(match: CorrelatedMatch), match: CorrelatedMatch) &is_used
	{
	if ( ! lists_hosts || ! names_are_listed() )
		take(match);
	else
		unless_named(name_checks(rule, c), take_waiting, WaitingMatch($take=take, $match=match));
	}

event correlated_match(correlation: string, match: SentMatch)
	{
	if ( correlation !in correlations )
		return;

	match_has_come = T;
	correlations[correlation](match);
	match_has_come = F;
	}

# The latest time of a window's matches: those that have come in order, from hosts, may be noted as matches alone.
function latest_of(window: CorrelationWindow): time
	{
	local latest = window$latest;
	local times = window$times;

	if ( |times| > 0 && times[|times| - 1] > latest )
		latest = times[|times| - 1];

	return latest;
	}

# Take a window from the matches that have it at hand.
function forget(window: CorrelationWindow)
	{
	window$is_forgotten = T;
	window$only_starts = F;
	}

# Forget the groups whose events are all too old, and if there are none, the half that was not seen for longest.
function forget_groups(windows: table[string] of CorrelationWindow, oldest: time)
	{
	local forgotten: vector of string;
	local times: vector of double;

	for ( key, window in windows )
		{
		window$latest = latest_of(window);
		times += time_to_double(window$latest);

		if ( window$latest < oldest )
			forgotten += key;
		}

	if ( |forgotten| == 0 && |times| > 0 )
		{
		sort(times);
		local median = times[|times| / 2];

		for ( key, window in windows )
			{
			if ( time_to_double(window$latest) <= median )
				forgotten += key;
			}
		}

	for ( _, key in forgotten )
		{
		forget(windows[key]);
		delete windows[key];
		}
	}

# The window of a match's group among those of a correlation.
function window_of(windows: table[string] of CorrelationWindow, match: CorrelatedMatch, timespan: interval): CorrelationWindow
	{
	if ( ! match?$key )
		match$key = group_key(match$group);

	if ( match$key in windows )
		{
		local known = windows[match$key];
		known$latest = latest_of(known);
		return known;
		}

	if ( |windows| >= max_correlation_groups )
		forget_groups(windows, match$ts - timespan);

	local window = CorrelationWindow($latest=match$ts);

	windows[match$key] = window;
	return window;
	}

# How long a window stays that Zeek has not looked up for long: a match of hosts has it at hand.
function time_left(window: CorrelationWindow, timespan: interval): interval
	{
	local left = latest_of(window) + timespan + double_to_interval(60.0) - network_time();

	if ( left > 0sec )
		return left;

	forget(window);
	return 0sec;
	}

# At how many matches it is looked again for those that are too old, where of so many those before the first are forgotten.
function next_look(size: count, first: count): count &is_used
	{
	local kept = size - first;
	return size + ( kept > 64 ? kept : 64 );
	}

# Drop the matches that are forgotten, once they are the larger part.
function drop_forgotten(window: CorrelationWindow)
	{
	if ( 2 * window$first >= |window$times| )
		{
		window$times = window$times[window$first:];
		window$first = 0;
		}
	}

# Forget the matches of a rule that are too old.
function forget_matches(queue: RuleQueue, oldest: time)
	{
	local kept = queue$came_late ? queue$kept : queue$times;
	local first = queue$first;

	while ( first < |kept| && kept[first] < oldest )
		++first;

	# Memory goes once what is forgotten is the larger part.
	if ( first >= 64 && 2 * first >= |kept| )
		{
		queue$times = queue$times[first:];

		if ( queue$came_late )
			queue$kept = kept[first:];

		first = 0;
		}

	queue$first = first;
	}

# Keep when matches are forgotten, too, from the first on that comes late.
function keep_if_late(queue: RuleQueue, ts: time)
	{
	local size = |queue$times|;

	if ( queue$came_late || size <= queue$first || queue$times[size - 1] <= ts )
		return;

	queue$came_late = T;
	queue$kept = copy(queue$times);
	}

# Add a match of the first rule. No later one need be kept, since the first match is asked for that is there.
function add_start(queue: RuleQueue, ts: time)
	{
	keep_if_late(queue, ts);

	local times = queue$times;
	local first = queue$first;
	local size = |times|;
	local kept = ts;

	if ( queue$came_late && size > first && queue$kept[size - 1] > ts )
		kept = queue$kept[size - 1];

	if ( size > first && times[size - 1] >= ts )
		{
		while ( size > first && times[size - 1] >= ts )
			--size;

		resize(times, size);

		if ( queue$came_late )
			resize(queue$kept, size);
		}

	times += ts;

	if ( queue$came_late )
		queue$kept += kept;

	if ( size - first >= max_correlation_events && size > first )
		queue$first = first + 1;
	}

# Add a match to a window; whether each of so many rules has matched in it, none before the one that it follows.
function add_in_order(window: CorrelationWindow, match: CorrelatedMatch, timespan: interval, rules: count): bool
	{
	local starts = window$starts;
	local oldest = match$ts - timespan;
	local size = |starts$times|;

	# What was too old for the latest match stays forgotten when one comes late.
	if ( size > 0 && starts$times[size - 1] == window$latest )
		forget_matches(starts, window$latest - timespan);
	else
		forget_matches(starts, oldest);

	if ( |starts$times| > starts$first + max_correlation_events )
		starts$first = |starts$times| - max_correlation_events;

	if ( match$rule == 0 )
		{
		add_start(starts, match$ts);
		window$only_starts = ! window?$last && ! starts$came_late;
		}
	else if ( match$rule == rules - 1 && ( ! window?$last || window$last < match$ts ) )
		{
		window$last = match$ts;
		window$only_starts = F;
		}

	window$times = starts$times;
	window$look_at = next_look(|starts$times|, starts$first);

	if ( ! window?$last )
		return F;

	if ( window$last < oldest )
		{
		delete window$last;
		window$only_starts = ! starts$came_late;
		return F;
		}

	if ( starts$first >= |starts$times| )
		return F;

	# The earliest match that will do for a rule leaves most room for the next.
	local reached = starts$times[starts$first];

	return window$last >= reached;
	}

# Remember how long Zeek suppresses what equals a notice that was raised.
function keep_quiet(window: CorrelationWindow, notice: Notice::Info)
	{
	if ( notice$suppress_for <= 0sec )
		return;

	window$quiet_until = notice$ts + notice$suppress_for;
	}

# A correlation's notice. What it says is its message; Zeek suppresses one with the same identifier, for as long as events
# count together where the correlation says nothing else.
function correlation_notice(correlation: RuleInfo, match: CorrelatedMatch, timespan: interval, message: string,
                            identifier: string, about: string &default=""): Notice::Info
	{
	if ( about == "" )
		about = correlation?$sub ? correlation$sub : correlation$title;

	local notice = Notice::Info($note=correlation$note,
	                            $ts=match$ts,
	                            $uid=match$uid,
	                            $msg=message,
	                            $sub=about,
	                            $rule_id=correlation$id,
	                            $identifier=identifier,
	                            $suppress_for=timespan);

	describe(notice, correlation);
	return notice;
	}
