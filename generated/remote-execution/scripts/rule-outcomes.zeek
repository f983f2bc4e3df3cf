##! What became of the matches of rules, and how many calls rules on payload could not read, as metrics and as a log. Packs that are loaded together each bring this file: the
##! first one wins.

@load base/frameworks/logging
@load base/frameworks/telemetry

@ifndef ( SigzeekRules::LOG )

module SigzeekRules;

export {
	redef enum Log::ID += { LOG };

	## Filters of the log's lines.
	global log_policy: Log::PolicyHook;

	## How often sigzeek_rules.log has a line for each rule that has matched since; 0secs for no log.
	option log_interval = 15min;

	## Whether the numbers are metrics of Zeek's telemetry framework, too.
	const export_metrics = T &redef;

	## What became of a rule's matches on this node since Zeek has started.
	type Outcomes: record {
		## Notices raised, those that Zeek suppresses included.
		raised: count &default=0;
		## Matches without a notice, since the rule is silent.
		silent: count &default=0;
		## Matches of hosts that operators allow what the rule looks for.
		allow_listed: count &default=0;
		## Matches that a hook of an operator's kept back.
		policy: count &default=0;
		## Calls that the rule could not read: sealed ones, which Zeek tells since 9.0, and those with a stub that was tried and is
		## cut, malformed or in fragments.
		blind: count &default=0;
	};

	## A line of the log: what became of a rule's matches on a node since its line before, and what it could not read.
	type Info: record {
		## When the line was written.
		ts: time &log;
		## The node.
		peer: string &log;
		## The rule's pack.
		pack: string &log;
		## The rule's id.
		rule_id: string &log;
		## What the rule detects.
		title: string &log;
		## Notices raised, those that Zeek suppresses included.
		raised: count &log;
		## Matches without a notice, since the rule is silent.
		silent: count &log;
		## Matches of hosts that operators allow what the rule looks for.
		allow_listed: count &log;
		## Matches that a hook of an operator's kept back.
		policy: count &log;
		## Calls that the rule could not read.
		blind: count &log;
	};

	## Log and export the outcomes of a rule's matches.
	##
	## outcomes: the numbers, which the rule's pack counts up.
	global watch: function(pack: string, id: string, title: string, outcomes: Outcomes);
}

# A rule that is watched, and the numbers that the log has had.
type Rule: record {
	pack: string;
	id: string;
	title: string;
	outcomes: Outcomes;
	logged: Outcomes &optional;
};

global rules: vector of Rule = vector();

function watch(pack: string, id: string, title: string, outcomes: Outcomes)
	{
	rules += Rule($pack=pack, $id=id, $title=title, $outcomes=outcomes);
	}

# Write a line for each rule that has matched, or been blind to a call, since the line before.
function write_log()
	{
	for ( _, rule in rules )
		{
		local now = rule$outcomes;
		local before = rule?$logged ? rule$logged : Outcomes();
		local info = Info($ts=network_time(),
		                  $peer=peer_description,
		                  $pack=rule$pack,
		                  $rule_id=rule$id,
		                  $title=rule$title,
		                  $raised=now$raised - before$raised,
		                  $silent=now$silent - before$silent,
		                  $allow_listed=now$allow_listed - before$allow_listed,
		                  $policy=now$policy - before$policy,
		                  $blind=now$blind - before$blind);

		if ( info$raised + info$silent + info$allow_listed + info$policy + info$blind == 0 )
			next;

		Log::write(LOG, info);
		rule$logged = copy(now);
		}
	}

event log_outcomes()
	{
	if ( log_interval <= 0secs )
		return;

	write_log();
	schedule log_interval { log_outcomes() };
	}

event zeek_init()
	{
	Log::create_stream(LOG, Log::Stream($columns=Info, $path="sigzeek_rules", $policy=log_policy));

	if ( log_interval > 0secs )
		schedule log_interval { log_outcomes() };
	}

event zeek_done()
	{
	if ( log_interval > 0secs )
		write_log();
	}

global matches = Telemetry::register_counter_family(
	Telemetry::MetricOpts($prefix="zeek",
	                      $name="sigzeek_rule_matches",
	                      $unit="",
	                      $label_names=vector("pack", "rule_id", "title", "outcome"),
	                      $help_text="Matches of rules, by what became of them."));

global blind_calls = Telemetry::register_counter_family(
	Telemetry::MetricOpts($prefix="zeek",
	                      $name="sigzeek_rule_blind_calls",
	                      $unit="",
	                      $label_names=vector("pack", "rule_id", "title"),
	                      $help_text="Calls that rules on payload could not read."));

# Tell Zeek's telemetry framework a number of matches.
function export_number(rule: Rule, outcome: string, number: count)
	{
	local labels = vector(rule$pack, rule$id, rule$title, outcome);
	Telemetry::counter_set(Telemetry::counter_with(matches, labels), number + 0.0);
	}

hook Telemetry::sync()
	{
	if ( ! export_metrics )
		return;

	for ( _, rule in rules )
		{
		local outcomes = rule$outcomes;

		# Each rule has this one, so that those that never match are seen, too.
		export_number(rule, "raised", outcomes$raised);

		if ( outcomes$silent > 0 )
			export_number(rule, "silent", outcomes$silent);

		if ( outcomes$allow_listed > 0 )
			export_number(rule, "allow_listed", outcomes$allow_listed);

		if ( outcomes$policy > 0 )
			export_number(rule, "policy", outcomes$policy);

		if ( outcomes$blind > 0 )
			{
			local labels = vector(rule$pack, rule$id, rule$title);
			Telemetry::counter_set(Telemetry::counter_with(blind_calls, labels), outcomes$blind + 0.0);
			}
		}
	}

@endif
