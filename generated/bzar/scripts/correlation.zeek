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
		## What the match adds to the total.
		weight: count &default=1;
	};

	## A match for the node that keeps the state of its group.
	global correlated_match: event(correlation: string, match: CorrelatedMatch);
}

# Stands for a value that is not there; no text that people mean to read is this.
const no_value = "\x00";

# Stands for a time that is not there.
const never = double_to_time(-1.0);

# What each match adds to the total, in the order in which they came; those before `first` are forgotten. One that came late
# has the time of the one before it, and is forgotten with it.
type WeightQueue: record {
	times: vector of time &default=vector();
	weights: vector of count &default=vector();
	first: count &default=0;
	total: count &default=0;
};

# What is kept of a group.
type CorrelationWindow: record {
	# The latest time of its matches.
	latest: time &default=never;
	# Until when Zeek suppresses notices like its latest one.
	quiet_until: time &default=never;
	# The threshold of that notice.
	raised: string &default="";
	# The times of matches in the order in which they came; those before `first` are forgotten. One that came late has the
	# time of the one before it, and is forgotten with it.
	times: vector of time &default=vector();
	first: count &default=0;
	# At how many times it is looked for those that are too old, where that need not be done at each match.
	look_at: count &default=0;
	weights: WeightQueue &default=WeightQueue();
	# The latest match of each rule; none is before the earliest, where each rule has matched.
	seen: vector of time &default=vector();
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
	Cluster::publish(topic, correlated_match, correlation$id, match);
@else
	Broker::publish(topic, correlated_match, correlation$id, match);
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

# Take a rule's match to a correlation, unless one of its hosts has a name under which it is allowed.
function correlate_match(rule: RuleInfo, c: connection, take: function(match: CorrelatedMatch), match: CorrelatedMatch)
	{
	if ( ! lists_hosts || ! names_are_listed() )
		take(match);
	else
		unless_named(name_checks(rule, c), take_waiting, WaitingMatch($take=take, $match=match));
	}

event correlated_match(correlation: string, match: CorrelatedMatch)
	{
	if ( correlation !in correlations )
		return;

	match_has_come = T;
	correlations[correlation](match);
	match_has_come = F;
	}

# Forget the groups whose events are all too old, and if there are none, the half that was not seen for longest.
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
		delete windows[key];
	}

# The window of a match's group among those of a correlation; where each rule's latest match is kept, of how many rules.
function window_of(windows: table[string] of CorrelationWindow, match: CorrelatedMatch, timespan: interval,
                   rules: count &default=0): CorrelationWindow
	{
	if ( ! match?$key )
		match$key = group_key(match$group);

	if ( match$key in windows )
		return windows[match$key];

	if ( |windows| >= max_correlation_groups )
		forget_groups(windows, match$ts - timespan);

	local window = CorrelationWindow($latest=match$ts);

	while ( |window$seen| != rules )
		window$seen += never;

	windows[match$key] = window;
	return window;
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

# Forget the weight of the match that came first.
function forget_weight(queue: WeightQueue)
	{
	queue$total -= queue$weights[queue$first];
	queue$first += 1;
	}

# Forget the weights of matches that are too old.
function forget_weights(queue: WeightQueue, oldest: time)
	{
	while ( queue$first < |queue$times| && queue$times[queue$first] < oldest )
		forget_weight(queue);

	# Memory goes once what is forgotten is the larger part.
	if ( queue$first >= 64 && 2 * queue$first >= |queue$times| )
		{
		queue$times = queue$times[queue$first:];
		queue$weights = queue$weights[queue$first:];
		queue$first = 0;
		}
	}

# Add the weight of a match to the total.
function add_weight(queue: WeightQueue, match: CorrelatedMatch)
	{
	local ts = match$ts;
	local size = |queue$times|;

	if ( queue$first < size && queue$times[size - 1] > ts )
		ts = queue$times[size - 1];

	queue$times += ts;
	queue$weights += match$weight;
	queue$total += match$weight;

	if ( size + 1 - queue$first > max_correlation_events && size > queue$first )
		forget_weight(queue);
	}

# Forget the rules whose latest match is too old; how many are left.
function count_rules(seen: vector of time, oldest: time): count
	{
	local counted = 0;

	for ( rule, latest in seen )
		{
		if ( latest >= oldest )
			++counted;
		else
			seen[rule] = never;
		}

	return counted;
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
