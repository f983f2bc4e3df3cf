##! What the correlations of this pack share.
##!
##! Matches of rules are taken to where the state of their group is kept: on a standalone Zeek here, on a cluster on the
##! proxy that the group's key falls to, or on the manager where there is no proxy. The notice is raised there.

@load base/frameworks/cluster
@load ./allow-lists
@load ./main
@load ./notices

module ZeekLogs;

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
		## What is counted.
		value: string &optional;
	};

	## A match for the node that keeps the state of its group.
	global correlated_match: event(correlation: string, match: CorrelatedMatch);
}

# Stands for a value that is not there; no text that people mean to read is this.
const no_value = "\x00";

# Stands for a time that is not there.
const never = double_to_time(-1.0);

# Values in the order in which they came, and the latest time of each that is not forgotten.
type ValueQueue: record {
	times: vector of time &default=vector();
	values: vector of string &default=vector();
	first: count &default=0;
	latest: table[string] of time &default=table();
};

# What is kept of a group.
type CorrelationWindow: record {
	# The latest time of its matches.
	latest: time &default=never;
	# Until when Zeek suppresses notices like its latest one.
	quiet_until: time &default=never;
	values: ValueQueue &default=ValueQueue();
};

# What takes the matches of each correlation, by its id.
const correlations: table[string] of function(match: CorrelatedMatch) = table() &redef;

# The pack's correlations, for the rules whose matches they take.
global dns_tunnel_correlate: function(match: CorrelatedMatch);
global kerberos_users_guessed_correlate: function(match: CorrelatedMatch);

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
function correlate_match(rule: RuleInfo, c: connection, take: function(match: CorrelatedMatch), match: CorrelatedMatch) &is_used
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

# The window of a match's group among those of a correlation.
function window_of(windows: table[string] of CorrelationWindow, match: CorrelatedMatch, timespan: interval): CorrelationWindow
	{
	if ( ! match?$key )
		match$key = group_key(match$group);

	if ( match$key in windows )
		return windows[match$key];

	if ( |windows| >= max_correlation_groups )
		forget_groups(windows, match$ts - timespan);

	local window = CorrelationWindow($latest=match$ts);

	windows[match$key] = window;
	return window;
	}

# Forget the value that came first, unless it has come again since.
function forget_value(queue: ValueQueue)
	{
	local value = queue$values[queue$first];

	if ( value in queue$latest && queue$latest[value] == queue$times[queue$first] )
		delete queue$latest[value];

	queue$first += 1;
	}

# Add the value of a match, of which only the last so many are kept.
function add_value(queue: ValueQueue, match: CorrelatedMatch, most: count)
	{
	local ts = match$ts;
	local size = |queue$times|;

	if ( queue$first < size && queue$times[size - 1] > ts )
		ts = queue$times[size - 1];

	if ( match$value in queue$latest && queue$latest[match$value] == ts )
		return;

	queue$latest[match$value] = ts;
	queue$times += ts;
	queue$values += match$value;

	while ( |queue$latest| > most || ( |queue$latest| > max_correlation_events && |queue$latest| > 1 ) )
		forget_value(queue);
	}

# Drop what is forgotten, and values that have come again since, once that is the larger part.
function shrink_values(queue: ValueQueue)
	{
	if ( |queue$times| <= 2 * |queue$latest| + 64 )
		return;

	local times: vector of time = vector();
	local values: vector of string = vector();

	for ( place, value in queue$values )
		{
		if ( place >= queue$first && value in queue$latest && queue$latest[value] == queue$times[place] )
			{
			times += queue$times[place];
			values += value;
			}
		}

	queue$times = times;
	queue$values = values;
	queue$first = 0;
	}

# Count the values, with that of a match if it has one, and without those that are too old.
function count_values(queue: ValueQueue, match: CorrelatedMatch, oldest: time, most: count): count
	{
	while ( queue$first < |queue$times| && queue$times[queue$first] < oldest )
		forget_value(queue);

	if ( match?$value )
		add_value(queue, match, most);

	shrink_values(queue);
	return |queue$latest|;
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
