##! What the correlations of this pack share.
##!
##! Matches of rules are taken to where the state of their group is kept: on a standalone Zeek here, on a cluster on the
##! proxy that the group's key falls to, or on the manager where there is no proxy. The notice is raised there.

@load base/frameworks/cluster
@load ./allow-lists
@load ./main
@load ./notices

module {{ module }};

export {
	## Groups that are kept of each correlation; beyond, the half that was not seen for longest is forgotten.
	option max_correlation_groups = {{ max_groups }};
{% if queues || ordered %}
	## Events that are kept of each group; beyond, the oldest are forgotten.
	option max_correlation_events = {{ max_events }};
{% endif %}
	## A match of a rule, or of a correlation, as another correlation takes it.
	type CorrelatedMatch: record {
		## When.
		ts: time;
		## The values of the group-by fields; no_value stands for one that is not there.
		group: vector of string;
		## The connection's unique id.
		uid: string;
{% if unordered || ordered %}		## The rule's number among those of the correlation, from 0.
		rule: count &default=0;
{% endif %}{% if values %}		## What is counted.
		value: string &optional;
{% endif %}{% if numbers %}		## What is computed with.
		number: double &optional;
{% endif %}{% if totals %}		## What the match adds to the total.
		weight: count &default=1;
{% endif %}	};

	## A match for the node that keeps the state of its group.
	global correlated_match: event(correlation: string, match: CorrelatedMatch);
}

# Stands for a value that is not there; no text that people mean to read is this.
const no_value = "\x00";
{% if queues || ordered %}
# An event of a correlation.
type CorrelatedEvent: record {
	ts: time;
{% if values %}	value: string &optional;
{% endif %}{% if numbers %}	number: double &optional;
{% endif %}{% if totals %}	weight: count &default=1;
{% endif %}};

# Events in the order in which they came; those before `first` are forgotten.
type EventQueue: record {
	events: vector of CorrelatedEvent &default=vector();
	first: count &default=0;
{% if values %}	# How many events have each value.
	occurrences: table[string] of count &default=table();
{% endif %}{% if numbers %}	# The sum of the events' numbers.
	sum: double &default=0.0;
{% endif %}{% if totals %}	# The sum of the events' weights.
	total: count &default=0;
{% endif %}};
{% endif %}
# What is kept of a group.
type CorrelationWindow: record {
	# The latest time of its events.
	latest: time;
	# The latest notice of it.
	notice: Notice::Info &optional;
{% if queues %}	queue: EventQueue &default=EventQueue();
{% endif %}{% if unordered %}	# The latest match of each rule.
	seen: table[count] of time &default=table();
{% endif %}{% if ordered %}	# The matches of each rule.
	matches: table[count] of EventQueue &default=table();
{% endif %}};

# What takes the matches of each correlation, by its id.
const correlations: table[string] of function(match: CorrelatedMatch) = table() &redef;

# The pack's correlations, for the rules whose matches they take.
{% for slug in slugs %}global {{ slug }}_correlate: function(match: CorrelatedMatch);
{% endfor %}
# The values of a group as one text from which each of them can be told.
function group_key(group: vector of string): string
	{
	local key = "";

	for ( _, value in group )
		key = cat(key, |value|, ":", value);

	return key;
	}
{% if shows_absent %}
# A value of a group for people.
function shown(value: string): string
	{
	return value == no_value ? "-" : value;
	}
{% endif %}
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
	if ( correlation${{ key }} in disabled_rules )
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
{% if queues || ordered %}
# How many events a queue has.
function number_of_events(queue: EventQueue): count
	{
	return |queue$events| - queue$first;
	}

# Forget the event that came first.
function forget_event(queue: EventQueue)
	{
{% if values || numbers || totals %}	local forgotten = queue$events[queue$first];
{% endif %}	queue$first += 1;
{% if totals %}	queue$total -= forgotten$weight;
{% endif %}{% if numbers %}
	if ( forgotten?$number )
		queue$sum -= forgotten$number;
{% endif %}{% if values %}
	if ( forgotten?$value )
		{
		queue$occurrences[forgotten$value] -= 1;

		if ( queue$occurrences[forgotten$value] == 0 )
			delete queue$occurrences[forgotten$value];
		}
{% endif %}	}

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
{% if numbers %}
	# And with them what rounding has left in the sum.
	queue$sum = 0.0;

	for ( _, left in queue$events )
		{
		if ( left?$number )
			queue$sum += left$number;
		}
{% endif %}	}

# Add a match to a queue.
function add_event(queue: EventQueue, match: CorrelatedMatch)
	{
	local added = CorrelatedEvent($ts=match$ts);
{% if totals %}	added$weight = match$weight;
	queue$total += match$weight;
{% endif %}{% if numbers %}
	if ( match?$number )
		{
		added$number = match$number;
		queue$sum += match$number;
		}
{% endif %}{% if values %}
	if ( match?$value )
		{
		added$value = match$value;

		if ( match$value !in queue$occurrences )
			queue$occurrences[match$value] = 0;

		queue$occurrences[match$value] += 1;
		}
{% endif %}
	queue$events += added;

	while ( number_of_events(queue) > max_correlation_events && number_of_events(queue) > 1 )
		forget_event(queue);
	}
{% endif %}{% if percentiles %}
# The number below which so many per cent of a queue's numbers are; between two of them by the distance to each.
function percentile(queue: EventQueue, per_cent: count): double
	{
	local numbers: vector of double;

	for ( index, kept in queue$events )
		{
		if ( index >= queue$first && kept?$number )
			numbers += kept$number;
		}

	sort(numbers);
	local rank = per_cent / 100.0 * (|numbers| - 1);
	local lower = double_to_count(floor(rank));

	if ( lower + 1 >= |numbers| )
		return numbers[|numbers| - 1];

	return numbers[lower] + (rank - lower) * (numbers[lower + 1] - numbers[lower]);
	}
{% endif %}{% if unordered %}
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
{% endif %}{% if ordered %}
# The earliest time in a queue that is not before another.
function earliest_from(queue: EventQueue, from: time): time
	{
	local earliest = double_to_time(-1.0);

	for ( index, kept in queue$events )
		{
		if ( index >= queue$first && kept$ts >= from && (earliest < from || kept$ts < earliest) )
			earliest = kept$ts;
		}

	return earliest;
	}

# Add a match to a window; whether each of so many rules has matched in it, none before the one that it follows.
function add_in_order(window: CorrelationWindow, match: CorrelatedMatch, oldest: time, rules: count): bool
	{
	for ( _, queue in window$matches )
		forget_events(queue, oldest);

	if ( match$rule !in window$matches )
		window$matches[match$rule] = EventQueue();

	add_event(window$matches[match$rule], match);

	# The earliest time that will do for a rule leaves most room for the next.
	local reached = double_to_time(0.0);
	local rule = 0;

	while ( rule < rules )
		{
		if ( rule !in window$matches )
			return F;

		local earliest = earliest_from(window$matches[rule], reached);

		if ( earliest < reached )
			return F;

		reached = earliest;
		rule += 1;
		}

	return T;
	}
{% endif %}{% for function in thresholds %}
# The place, from 1 on, of the highest threshold that a number is {{ function.relation }}; 0 where there is none.
function {{ function.name }}(number: {{ function.kind }}, thresholds: vector of {{ function.kind }}): count
	{
	local highest = 0;

	for ( index, threshold in thresholds )
		{
		if ( number {{ function.operator }} threshold && (highest == 0 || threshold > thresholds[highest - 1]) )
			highest = index + 1;
		}

	return highest;
	}
{% endfor %}
# Whether a correlation's notice would not be seen: it is silent, or Zeek still suppresses what equals the group's latest one.
function is_quiet(correlation: RuleInfo, window: CorrelationWindow, identifier: string): bool
	{
	if ( correlation${{ key }} in silent_rules )
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
