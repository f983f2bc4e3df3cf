{% macro match_members() %}		## When.
		ts: time;
		## The values of the group-by fields; no_value stands for one that is not there.
		group: vector of string;
		## The connection's unique id.
		uid: string;
		## The group as one text, once that has been asked for.
		key: string &optional;
{% if unordered || ordered %}		## The rule's number among those of the correlation, from 0.
		rule: count &default=0;
{% endif %}{% if values %}		## What is counted.
		value: string &optional;
{% endif %}{% for queue in number_queues %}		## What is computed with.
		{{ queue.noun }}: {{ queue.kind }} &optional;
{% endfor %}{% if totals %}		## What the match adds to the total.
		weight: count &default=1;
{% endif %}{% endmacro %}##! What the correlations of this pack share.
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
{% if bounded %}
	## Matches, or values, that are kept of each group; beyond, the oldest are forgotten.
	option max_correlation_events = {{ max_events }};
{% endif %}
	## A match of a rule, or of a correlation, as another correlation takes it.
	type CorrelatedMatch: record {
{% call match_members() %}{% endcall %}{% if groups_hosts %}		## Whether it is at hand for the next match of its hosts, with the windows that it has got. No match before was later then.
		is_at_hand: bool &default=F;
{% endif %}	};
{% if groups_hosts %}
	## The same for another node, or for later: without the windows.
	type SentMatch: record {
{% call match_members() %}{% endcall %}	};
{% endif %}
	## A match for the node that keeps the state of its group.
	global correlated_match: event(correlation: string, match: {{ sent_type }});
}

# Stands for a value that is not there; no text that people mean to read is this.
const no_value = "\x00";

# Stands for a time that is not there.
const never = double_to_time(-1.0);
{% if totals %}
# What each match adds to the total, in the order in which they came; those before `first` are forgotten. One that came late
# has the time of the one before it, and is forgotten with it.
type WeightQueue: record {
	times: vector of time &default=vector();
	weights: vector of count &default=vector();
	first: count &default=0;
	total: count &default=0;
};
{% endif %}{% for queue in number_queues %}
# What is computed with, in the order in which it came; what is before `first` is forgotten. What came late has the time of
# what came before it, and is forgotten with it.
type {{ queue.type_name }}: record {
	times: vector of time &default=vector();
	numbers: vector of {{ queue.kind }} &default=vector();
	first: count &default=0;
	sum: {{ queue.kind }} &default={% if queue.whole %}0{% else %}0.0{% endif %};
{% if queue.whole %}	# How often the sum has gone beyond what a count holds, and begun again from 0.
	carried: count &default=0;
{% endif %}{% if queue.percentiles %}	# The numbers that are not forgotten, the smallest first.
	sorted: vector of {{ queue.kind }} &default=vector();
{% endif %}};
{% endfor %}{% if values %}
# Values in the order in which they came, and the latest time of each that is not forgotten.
type ValueQueue: record {
	times: vector of time &default=vector();
	values: vector of string &default=vector();
	first: count &default=0;
	latest: table[string] of time &default=table();
};
{% endif %}{% if ordered %}
# Matches of one rule in the order in which they came, with when they are forgotten: a late one goes with the one before it.
type RuleQueue: record {
	times: vector of time &default=vector();
	first: count &default=0;
	# Whether one has come late; until then, all are forgotten at their own times.
	came_late: bool &default=F;
	kept: vector of time &default=vector();
{% if between %}	# The place of the latest match that came late.
	late: count &default=0;
{% endif %}};

{% endif %}
# What is kept of a group.
type CorrelationWindow: record {
	# The latest time of its matches.
	latest: time &default=never;
{% if groups_hosts %}	# Whether it is in its table no longer.
	is_forgotten: bool &default=F;
{% endif %}	# Until when Zeek suppresses notices like its latest one.
	quiet_until: time &default=never;
{% if settles %}	# Until when a match in order decides nothing: the condition holds, and raises no notice.
	settled_until: time &default=never;
{% endif %}{% if !thresholds.is_empty() %}	# The threshold of that notice.
	raised: string &default="";
{% endif %}{% if counted || ordered %}{% if counted %}	# The times of matches in the order in which they came; those before `first` are forgotten. One that came late has the
	# time of the one before it, and is forgotten with it.
	times: vector of time &default=vector();
	first: count &default=0;
{% else %}	# The times of the starts below.
	times: vector of time &default=vector();
{% endif %}	# At how many times it is looked for those that are too old, where that need not be done at each match.
	look_at: count &default=0;
{% endif %}{% if totals %}	weights: WeightQueue &default=WeightQueue();
{% endif %}{% for queue in number_queues %}	{{ queue.noun }}s: {{ queue.type_name }} &default={{ queue.type_name }}();
{% endfor %}{% if values %}	values: ValueQueue &default=ValueQueue();
{% endif %}{% if pairs %}	# The latest match of each of two rules.
	first_seen: time &default=never;
	second_seen: time &default=never;
{% endif %}{% if lists_seen %}	# The latest match of each rule; none is before the earliest, where each rule has matched.
	seen: vector of time &default=vector();
{% if decided_by_each %}	earliest: time &default=never;
{% endif %}{% endif %}{% if ordered %}	# Matches of the first rule, without those that an earlier one outlives; `times` are theirs.
	starts: RuleQueue &default=RuleQueue();
{% if between %}	# Matches of the rules between the first and the last.
	between: table[count] of RuleQueue &default=table();
{% endif %}	# The latest match of the last rule, where it is not too old.
	last: time &optional;
	# Whether there are matches of the first rule alone, which have all come in order.
	only_starts: bool &default=T;
{% endif %}};

{% if groups_hosts %}# Stands for a window that is not at hand.
global no_window = CorrelationWindow($is_forgotten=T{% if ordered %}, $only_starts=F{% endif %});

{% endif %}# What takes the matches of each correlation, by its id.
const correlations: table[string] of function(match: CorrelatedMatch) = table() &redef;

# The pack's correlations, for the rules whose matches they take.
{% for slug in slugs %}global {{ slug }}_correlate: function(match: CorrelatedMatch);
{% endfor %}
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
{% if groups_hosts %}
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
	local sent = SentMatch($ts=match$ts, $group=match$group, $uid=match$uid{% if unordered || ordered %}, $rule=match$rule{% endif %}{% if totals %}, $weight=match$weight{% endif %});

	if ( match?$key )
		sent$key = match$key;
{% for member in looked_at %}
	if ( match?${{ member }} )
		sent${{ member }} = match${{ member }};
{% endfor %}
	return sent;
	}

# No windows are at hand any more: what is known of them hangs on an option that an operator changes.
function rules_changed(ID: string, rules: set[{{ rule_type }}]): set[{{ rule_type }}]
	{
	clear_table(matches_of_hosts);
	return rules;
	}
{% if settles %}
function timespan_changed(ID: string, timespan: interval): interval
	{
	clear_table(matches_of_hosts);
	return timespan;
	}

function number_changed(ID: string, number: count): count &is_used
	{
	clear_table(matches_of_hosts);
	return number;
	}
{% endif %}
event zeek_init() &priority=100
	{
	Option::set_change_handler("{{ module }}::disabled_rules", rules_changed);
	Option::set_change_handler("{{ module }}::silent_rules", rules_changed);
{% if settles && bounded %}	Option::set_change_handler("{{ module }}::max_correlation_events", number_changed);
{% endif %}	}
{% endif %}{% if shows_absent %}
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
	Cluster::publish(topic, correlated_match, correlation$id, {{ sent }});
@else
	Broker::publish(topic, correlated_match, correlation$id, {{ sent }});
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

{% if groups_hosts %}# Whether a rule's match waits, since one of its hosts may have a name under which it is allowed.
function waits_for_name(rule: RuleInfo, c: connection, take: function(match: CorrelatedMatch), match: CorrelatedMatch): bool
	{
	if ( ! names_are_listed() )
		return F;

	unless_named(name_checks(rule, c), take_waiting, WaitingMatch($take=take, $match=sent_match(match)));
	return T;
	}

{% endif %}# Take a rule's match to a correlation, unless one of its hosts has a name under which it is allowed.
function correlate_match(rule: RuleInfo, c: connection, take: function(match: CorrelatedMatch), match: CorrelatedMatch){% if !connections || groups_hosts %} &is_used{% endif %}
	{
	if ( ! lists_hosts || ! names_are_listed() )
		take(match);
	else
		unless_named(name_checks(rule, c), take_waiting, WaitingMatch($take=take, $match=match));
	}

event correlated_match(correlation: string, match: {{ sent_type }})
	{
	if ( correlation !in correlations )
		return;

	match_has_come = T;
	correlations[correlation](match);
	match_has_come = F;
	}

{% if groups_hosts %}# The latest time of a window's matches: those that have come in order, from hosts, may be noted as matches alone.
function latest_of(window: CorrelationWindow): time
	{
	local latest = window$latest;
{% if counted || ordered %}	local times = window$times;

	if ( |times| > 0 && times[|times| - 1] > latest )
		latest = times[|times| - 1];
{% endif %}{% if pairs %}
	if ( window$first_seen > latest )
		latest = window$first_seen;

	if ( window$second_seen > latest )
		latest = window$second_seen;
{% endif %}{% if lists_seen %}
	for ( _, seen in window$seen )
		if ( seen > latest )
			latest = seen;
{% endif %}
	return latest;
	}

# Take a window from the matches that have it at hand.
function forget(window: CorrelationWindow)
	{
	window$is_forgotten = T;
{% if settles %}	window$settled_until = never;
{% endif %}{% if ordered %}	window$only_starts = F;
{% endif %}	}

{% endif %}# Forget the groups whose events are all too old, and if there are none, the half that was not seen for longest.
function forget_groups(windows: table[string] of CorrelationWindow, oldest: time)
	{
	local forgotten: vector of string;
	local times: vector of double;

	for ( key, window in windows )
		{
{% if groups_hosts %}		window$latest = latest_of(window);
{% endif %}		times += time_to_double(window$latest);

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
{% if groups_hosts %}		{
		forget(windows[key]);
		delete windows[key];
		}
{% else %}		delete windows[key];
{% endif %}	}

# The window of a match's group among those of a correlation{% if lists_seen %}; where each rule's latest match is kept, of how many rules{% endif %}.
function window_of(windows: table[string] of CorrelationWindow, match: CorrelatedMatch, timespan: interval{% if lists_seen %},
                   rules: count &default=0{% endif %}): CorrelationWindow
	{
	if ( ! match?$key )
		match$key = group_key(match$group);

	if ( match$key in windows )
{% if groups_hosts %}		{
		local known = windows[match$key];
		known$latest = latest_of(known);
{% if settles %}		known$settled_until = never;
{% endif %}		return known;
		}
{% else %}		return windows[match$key];
{% endif %}
	if ( |windows| >= max_correlation_groups )
		forget_groups(windows, match$ts - timespan);

	local window = CorrelationWindow($latest=match$ts);
{% if lists_seen %}
	while ( |window$seen| != rules )
		window$seen += never;
{% endif %}
	windows[match$key] = window;
	return window;
	}
{% if groups_hosts %}
# How long a window stays that Zeek has not looked up for long: a match of hosts has it at hand.
function time_left(window: CorrelationWindow, timespan: interval): interval
	{
	local left = latest_of(window) + timespan + double_to_interval(60.0) - network_time();

	if ( left > 0sec )
		return left;

	forget(window);
	return 0sec;
	}
{% endif %}{% if counted || ordered %}
# At how many matches it is looked again for those that are too old, where of so many those before the first are forgotten.
function next_look(size: count, first: count): count &is_used
	{
	local kept = size - first;
	return size + ( kept > 64 ? kept : 64 );
	}
{% endif %}{% if counted %}
# Drop the matches that are forgotten, once they are the larger part.
function drop_forgotten(window: CorrelationWindow)
	{
	if ( 2 * window$first >= |window$times| )
		{
		window$times = window$times[window$first:];
		window$first = 0;
		}
	}
{% endif %}{% if totals %}
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
{% endif %}{% for queue in number_queues %}{% if queue.percentiles %}
# The place of a number among sorted ones, whether it is there or not.
function place_of_{{ queue.noun }}(number: {{ queue.kind }}, sorted: vector of {{ queue.kind }}): count
	{
	local low = 0;
	local high = |sorted|;

	while ( low < high )
		{
		local middle = (low + high) / 2;

		if ( sorted[middle] < number )
			low = middle + 1;
		else
			high = middle;
		}

	return low;
	}
{% endif %}{% if queue.whole %}
# The largest number that a count holds.
const largest_count = 18446744073709551615;

# Add to the sum, exactly.
function add_to_sum(queue: {{ queue.type_name }}, number: count)
	{
	if ( queue$sum <= largest_count - number )
		queue$sum += number;
	else
		{
		queue$sum -= largest_count - number + 1;
		queue$carried += 1;
		}
	}

# Subtract from the sum, exactly.
function subtract_from_sum(queue: {{ queue.type_name }}, number: count)
	{
	if ( queue$sum >= number )
		queue$sum -= number;
	else
		{
		queue$sum += largest_count - number + 1;
		queue$carried -= 1;
		}
	}
{% endif %}
# Forget the number that came first.
function forget_{{ queue.noun }}(queue: {{ queue.type_name }})
	{
	local forgotten = queue$numbers[queue$first];
	queue$first += 1;
	{% if queue.whole %}subtract_from_sum(queue, forgotten);{% else %}queue$sum -= forgotten;{% endif %}
{% if queue.percentiles %}
	local place = place_of_{{ queue.noun }}(forgotten, queue$sorted);
	local none: vector of {{ queue.kind }} = vector();
	queue$sorted[place:place + 1] = none;
{% endif %}	}

# Forget the numbers that are too old.
function forget_{{ queue.noun }}s(queue: {{ queue.type_name }}, oldest: time)
	{
	while ( queue$first < |queue$times| && queue$times[queue$first] < oldest )
		forget_{{ queue.noun }}(queue);

	# Memory goes once what is forgotten is the larger part.
	local many = queue$first >= 64 && 2 * queue$first >= |queue$times|;

	if ( queue$first == 0 || ( queue$first < |queue$times| && ! many ) )
		return;

	queue$times = queue$times[queue$first:];
	queue$numbers = queue$numbers[queue$first:];
	queue$first = 0;
{% if !queue.whole %}
	# And with it what rounding has left in the sum.
	queue$sum = 0.0;

	for ( _, left in queue$numbers )
		queue$sum += left;
{% endif %}	}

# Add the number of a match.
function add_{{ queue.noun }}(queue: {{ queue.type_name }}, match: CorrelatedMatch)
	{
	local ts = match$ts;
	local size = |queue$times|;

	if ( queue$first < size && queue$times[size - 1] > ts )
		ts = queue$times[size - 1];

	queue$times += ts;
	queue$numbers += match${{ queue.noun }};
	{% if queue.whole %}add_to_sum(queue, match${{ queue.noun }});{% else %}queue$sum += match${{ queue.noun }};{% endif %}
{% if queue.percentiles %}
	local place = place_of_{{ queue.noun }}(match${{ queue.noun }}, queue$sorted);
	queue$sorted[place:place] = vector(match${{ queue.noun }});
{% endif %}
	if ( size + 1 - queue$first > max_correlation_events && size > queue$first )
		forget_{{ queue.noun }}(queue);
	}
{% if queue.whole %}
# The sum of whole numbers as a double, which is exact where it is not large.
function sum_of(queue: {{ queue.type_name }}): double &is_used
	{
	return queue$carried * (count_to_double(largest_count) + 1.0) + count_to_double(queue$sum);
	}

# The sum of whole numbers for people.
function shown_sum(queue: {{ queue.type_name }}): string &is_used
	{
	return queue$carried == 0 ? cat(queue$sum) : fmt("%.0f", sum_of(queue));
	}
{% if queue.fractions %}
# A number with a fraction, exactly.
type MixedNumber: record {
	whole: count;
	numerator: count;
	denominator: count;
};

# The number as a double, which is exact where it is not large.
function mixed_to_double(number: MixedNumber): double &is_used
	{
	return count_to_double(number$whole) + count_to_double(number$numerator) / number$denominator;
	}
{% endif %}{% if queue.means %}
# The mean of whole numbers.
function mean_of(queue: {{ queue.type_name }}): MixedNumber
	{
	local divisor = |queue$times| - queue$first;

	if ( divisor == 0 )
		return MixedNumber($whole=0, $numerator=0, $denominator=1);

	# What has been carried, and what is left of it for each time.
	local each = largest_count / divisor;
	local left = queue$carried * (largest_count % divisor + 1) + queue$sum % divisor;

	return MixedNumber($whole=queue$carried * each + queue$sum / divisor + left / divisor,
	                   $numerator=left % divisor, $denominator=divisor);
	}
{% endif %}{% if queue.percentiles %}
# The number below which so many per cent of the whole numbers are; between two of them by the distance to each.
function percentile_of(queue: {{ queue.type_name }}, per_cent: count): MixedNumber
	{
	local numbers = queue$sorted;
	local rank = per_cent * (|numbers| - 1);
	local lower = rank / 100;

	if ( lower + 1 >= |numbers| )
		return MixedNumber($whole=numbers[lower], $numerator=0, $denominator=100);

	local distance = numbers[lower + 1] - numbers[lower];
	local left = distance % 100 * (rank % 100);

	return MixedNumber($whole=numbers[lower] + distance / 100 * (rank % 100) + left / 100,
	                   $numerator=left % 100, $denominator=100);
	}
{% endif %}{% else %}{% if queue.percentiles %}
# The number below which so many per cent of the numbers are; between two of them by the distance to each.
function percentile(queue: {{ queue.type_name }}, per_cent: count): double
	{
	local numbers = queue$sorted;
	local rank = per_cent / 100.0 * (|numbers| - 1);
	local lower = double_to_count(floor(rank));

	if ( lower + 1 >= |numbers| )
		return numbers[|numbers| - 1];

	return numbers[lower] + (rank - lower) * (numbers[lower + 1] - numbers[lower]);
	}
{% endif %}{% endif %}{% endfor %}{% if values %}
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
{% endif %}{% if lists_values %}
# The latest values that are counted, the last one first.
function latest_values(queue: ValueQueue): vector of string
	{
	local latest: vector of string = vector();
	local place = |queue$times|;

	while ( place > queue$first && |latest| < {{ max_listed_values }} )
		{
		--place;
		local value = queue$values[place];

		if ( value in queue$latest && queue$latest[value] == queue$times[place] )
			latest += value;
		}

	return latest;
	}

# Values for people: long ones are cut, and of those that are left out it is said how many there are.
function listing(values: vector of string, counted: count): string
	{
	local shown: vector of string = vector();

	for ( _, value in values )
		shown += |value| > {{ max_listed_bytes }} ? value[0:{{ max_listed_bytes }}] + "..." : value;

	local text = join_string_vec(shown, ", ");
	return counted > |values| ? fmt("%s and %d more", text, counted - |values|) : text;
	}

# The values that are counted, for people.
function listed_values(queue: ValueQueue): string &is_used
	{
	return listing(latest_values(queue), |queue$latest|);
	}
{% if lists_combinations %}
# So many values of a group from its key.
function parts_of(key: string, number: count): vector of string
	{
	local parts: vector of string = vector();
	local rest = key;

	while ( |parts| < number )
		{
		# Of two values, the second one stands without its length.
		if ( number == 2 && |parts| == 1 )
			{
			parts += rest;
			break;
			}

		local length_and_rest = split_string1(rest, /:/);
		local length = to_count(length_and_rest[0]);
		parts += length_and_rest[1][0:length];
		rest = length_and_rest[1][length:];
		}

	return parts;
	}

# The combinations of values that are counted, for people.
function listed_combinations(queue: ValueQueue, number: count): string
	{
	local combinations: vector of string = vector();

	for ( _, value in latest_values(queue) )
		combinations += join_string_vec(parts_of(value, number), "/");

	return listing(combinations, |queue$latest|);
	}
{% endif %}{% endif %}{% if pairs %}
# Add a match of one of two rules; whether both have matched since. A latest match that is too old is forgotten.
function both_have_matched(window: CorrelationWindow, match: CorrelatedMatch, oldest: time): bool
	{
	if ( match$rule == 0 && window$first_seen < match$ts )
		window$first_seen = match$ts;
	else if ( match$rule == 1 && window$second_seen < match$ts )
		window$second_seen = match$ts;

	if ( window$first_seen < oldest )
		window$first_seen = never;

	if ( window$second_seen < oldest )
		window$second_seen = never;

	return window$first_seen != never && window$second_seen != never;
	}
{% endif %}{% if lists_seen %}
{% if decided_by_each %}# Whether each rule has matched since; those whose latest match is too old are forgotten.
function each_has_matched(window: CorrelationWindow, oldest: time): bool
	{
	local earliest = window$seen[0];

	for ( rule, latest in window$seen )
		{
		if ( latest < oldest )
			{
			window$seen[rule] = never;
			earliest = never;
			}
		else if ( latest < earliest )
			earliest = latest;
		}

	window$earliest = earliest;
	return earliest != never;
	}
{% endif %}{% if counts_rules %}
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
{% endif %}{% endif %}{% if ordered %}
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

{% if between %}		queue$late = queue$late > first ? queue$late - first : 0;
{% endif %}		first = 0;
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
{% if between %}
# The earliest match of a rule that is not before another; never where there is none.
function earliest_from(queue: RuleQueue, from: time): time
	{
	local times = queue$times;
	local low = queue$first;
	local high = |times|;

	if ( queue$late > low )
		{
		local earliest = never;

		while ( low < high )
			{
			if ( times[low] >= from && ( earliest == never || times[low] < earliest ) )
				earliest = times[low];

			++low;
			}

		return earliest;
		}

	# None came late: the times rise.
	while ( low < high )
		{
		local middle = (low + high) / 2;

		if ( times[middle] < from )
			low = middle + 1;
		else
			high = middle;
		}

	return low < |times| ? times[low] : never;
	}

# Add a match to those of its rule, which is between the first and the last.
function add_match(queue: RuleQueue, ts: time)
	{
	keep_if_late(queue, ts);

	local size = |queue$times|;

	if ( size > queue$first && queue$times[size - 1] > ts )
		queue$late = size;

	queue$times += ts;

	if ( queue$came_late )
		queue$kept += queue$first < size && queue$kept[size - 1] > ts ? queue$kept[size - 1] : ts;

	if ( size + 1 - queue$first > max_correlation_events && size > queue$first )
		queue$first += 1;
	}

# Forget what is too old of the rules between the first and the last, and add a match if it is of one of them.
function add_between(window: CorrelationWindow, match: CorrelatedMatch, oldest: time, rules: count)
	{
	local rule = 1;

	while ( rule < rules - 1 )
		{
		if ( rule !in window$between )
			window$between[rule] = RuleQueue();

		forget_matches(window$between[rule], oldest);

		if ( rule == match$rule )
			add_match(window$between[rule], match$ts);

		++rule;
		}
	}
{% endif %}
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
{% if between %}
	if ( rules > 2 )
		add_between(window, match, oldest, rules);
{% endif %}
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
{% if between %}	local rule = 1;

	while ( rule < rules - 1 )
		{
		reached = earliest_from(window$between[rule], reached);

		if ( reached == never )
			return F;

		++rule;
		}
{% endif %}
	return window$last >= reached;
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
# Remember how long Zeek suppresses what equals a notice that was raised.
function keep_quiet(window: CorrelationWindow, notice: Notice::Info)
	{
	if ( notice$suppress_for <= 0sec )
		return;

	window$quiet_until = notice$ts + notice$suppress_for;
	}
{% if settles %}
# Note until when a window's condition holds, whatever comes in order, and its notice would be suppressed. A millisecond is
# left to how times are rounded.
function settle(correlation: RuleInfo, window: CorrelationWindow, holds_until: time)
	{
	local until = holds_until - double_to_interval(0.001);
	window$settled_until = correlation$is_silent || until < window$quiet_until ? until : window$quiet_until;
	}
{% if pairs %}
# The same where both of two rules must have matched.
function settle_pair(correlation: RuleInfo, window: CorrelationWindow, timespan: interval) &is_used
	{
	local earliest = window$first_seen < window$second_seen ? window$first_seen : window$second_seen;
	settle(correlation, window, earliest + timespan);
	}
{% endif %}{% if counted %}
# The same where so many matches must count.
function settle_count(correlation: RuleInfo, window: CorrelationWindow, needed: count, timespan: interval) &is_used
	{
	local times = window$times;
	window$look_at = next_look(|times|, window$first);

	if ( needed != 0 )
		settle(correlation, window, times[|times| - needed] + timespan);
	}
{% endif %}{% endif %}
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
