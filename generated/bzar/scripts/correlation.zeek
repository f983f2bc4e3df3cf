##! What the correlations of this pack share.
##!
##! Matches of rules are taken to where the state of their group is kept: on a standalone Zeek here, on a cluster on the
##! proxy that the group's key falls to, or on the manager where there is no proxy. The notice is raised there.

@load base/frameworks/cluster
@load ./allow-lists
@load ./main
@load ./notices

module Bzar;

export {
	## Groups that are kept of each correlation; beyond, the half that was not seen for longest is forgotten.
	option max_correlation_groups = 10000;

	## Events that are kept of each group; beyond, the oldest are forgotten.
	option max_correlation_events = 10000;

	## A match of a rule, or of a correlation, as another correlation takes it.
	type CorrelatedMatch: record {
		## When.
		ts: time;
		## The values of the group-by fields; no_value stands for one that is not there.
		group: vector of string;
		## The connection's unique id.
		uid: string;
		## The rule's number among those of the correlation, from 0.
		rule: count &default=0;
		## What the match adds to the total.
		weight: count &default=1;
	};

	## A match for the node that keeps the state of its group.
	global correlated_match: event(correlation: string, match: CorrelatedMatch);
}

# Stands for a value that is not there; no text that people mean to read is this.
const no_value = "\x00";

# An event of a correlation.
type CorrelatedEvent: record {
	ts: time;
	weight: count &default=1;
};

# Events in the order in which they came; those before `first` are forgotten.
type EventQueue: record {
	events: vector of CorrelatedEvent &default=vector();
	first: count &default=0;
	# The sum of the events' weights.
	total: count &default=0;
};

# What is kept of a group.
type CorrelationWindow: record {
	# The latest time of its events.
	latest: time;
	# The latest notice of it.
	notice: Notice::Info &optional;
	queue: EventQueue &default=EventQueue();
	# The latest match of each rule.
	seen: table[count] of time &default=table();
};

# What takes the matches of each correlation, by its id.
const correlations: table[string] of function(match: CorrelatedMatch) = table() &redef;

# The pack's correlations, for the rules whose matches they take.
global discovery_from_host_correlate: function(match: CorrelatedMatch);
global execution_on_host_correlate: function(match: CorrelatedMatch);
global write_and_execution_on_host_correlate: function(match: CorrelatedMatch);
global admin_shares_from_host_correlate: function(match: CorrelatedMatch);

# The values of a group as one text from which each of them can be told.
function group_key(group: vector of string): string
	{
	local key = "";

	for ( _, value in group )
		key = cat(key, |value|, ":", value);

	return key;
	}

# The topic of the cluster's node that keeps the state of a group; "" where it is kept here.
function keeper_of(key: string): string
	{
	local topic = Cluster::hrw_topic(Cluster::proxy_pool, key);

	if ( topic != "" )
		return topic == Cluster::node_topic(Cluster::node) ? "" : topic;

	return Cluster::local_node_type() == Cluster::MANAGER ? "" : Cluster::manager_topic;
	}

# Take a match to where the state of its group is kept.
function correlate(correlation: RuleInfo, match: CorrelatedMatch)
	{
	if ( correlation$rule in disabled_rules )
		return;

	if ( ! Cluster::is_enabled() )
		{
		correlations[correlation$id](match);
		return;
		}

	local topic = keeper_of(cat(correlation$id, " ", group_key(match$group)));

	if ( topic == "" )
		{
		correlations[correlation$id](match);
		return;
		}

@ifdef ( Cluster::publish )
	Cluster::publish(topic, correlated_match, correlation$id, match);
@else
	Broker::publish(topic, correlated_match, correlation$id, match);
@endif
	}

# Take a rule's match to a correlation, unless one of its hosts has a name under which it is allowed.
function correlate_match(rule: RuleInfo, c: connection, take: function(match: CorrelatedMatch), match: CorrelatedMatch)
	{
	local checks = name_checks(rule, c);

	if ( |checks| == 0 )
		take(match);
	else
		unless_named(checks, function[take, match]() { take(match); });
	}

event correlated_match(correlation: string, match: CorrelatedMatch)
	{
	if ( correlation in correlations )
		correlations[correlation](match);
	}

# Make room for a group: forget those whose events are all too old, and if there are none, the half that was not seen for
# longest.
function forget_groups(windows: table[string] of CorrelationWindow, oldest: time)
	{
	local forgotten: vector of string;
	local times: vector of double;

	for ( key, window in windows )
		{
		times += time_to_double(window$latest);

		if ( window$latest < oldest )
			forgotten += key;
		}

	if ( |forgotten| == 0 )
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
		delete windows[key];
	}

# The window of a match's group.
function window_of(windows: table[string] of CorrelationWindow, match: CorrelatedMatch, timespan: interval)
                  : CorrelationWindow
	{
	local key = group_key(match$group);

	if ( key !in windows )
		{
		if ( |windows| >= max_correlation_groups )
			forget_groups(windows, match$ts - timespan);

		windows[key] = CorrelationWindow($latest=match$ts);
		}

	local window = windows[key];

	if ( window$latest < match$ts )
		window$latest = match$ts;

	return window;
	}

# How many events a queue has.
function number_of_events(queue: EventQueue): count
	{
	return |queue$events| - queue$first;
	}

# Forget the event that came first.
function forget_event(queue: EventQueue)
	{
	local forgotten = queue$events[queue$first];
	queue$first += 1;
	queue$total -= forgotten$weight;
	}

# Forget the events that are too old, up to the first that is not.
function forget_events(queue: EventQueue, oldest: time)
	{
	while ( queue$first < |queue$events| && queue$events[queue$first]$ts < oldest )
		forget_event(queue);

	# Their memory goes once they are the larger part.
	local many = queue$first >= 64 && 2 * queue$first >= |queue$events|;

	if ( queue$first == 0 || (queue$first < |queue$events| && ! many) )
		return;

	queue$events = queue$events[queue$first:];
	queue$first = 0;
	}

# Add a match to a queue.
function add_event(queue: EventQueue, match: CorrelatedMatch)
	{
	local added = CorrelatedEvent($ts=match$ts);
	added$weight = match$weight;
	queue$total += match$weight;

	queue$events += added;

	while ( number_of_events(queue) > max_correlation_events && number_of_events(queue) > 1 )
		forget_event(queue);
	}

# Add a match to a window; how many of so many rules have matched in it.
function add_rule(window: CorrelationWindow, match: CorrelatedMatch, oldest: time, rules: count): count
	{
	local rule = 0;

	while ( rule < rules )
		{
		if ( rule in window$seen && window$seen[rule] < oldest )
			delete window$seen[rule];

		rule += 1;
		}

	if ( match$rule !in window$seen || window$seen[match$rule] < match$ts )
		window$seen[match$rule] = match$ts;

	return |window$seen|;
	}

# The place, from 1 on, of the highest threshold that a number is at least; 0 where there is none.
function highest_count_reached(number: count, thresholds: vector of count): count
	{
	local highest = 0;

	for ( index, threshold in thresholds )
		{
		if ( number >= threshold && (highest == 0 || threshold > thresholds[highest - 1]) )
			highest = index + 1;
		}

	return highest;
	}

# Whether a correlation's notice would not be seen: it is silent, or Zeek still suppresses what equals the group's latest one.
function is_quiet(correlation: RuleInfo, window: CorrelationWindow, identifier: string): bool
	{
	if ( correlation$rule in silent_rules )
		return T;

	return window?$notice && window$notice$identifier == identifier && Notice::is_being_suppressed(window$notice);
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
