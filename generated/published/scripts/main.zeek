##! Attacks with a name or a CVE that the network shows
##!
##! What the rules of this pack share.

@load base/frameworks/notice
@load ./notice-columns
@load ./rule-outcomes

module Published;

export {
	## What a notice says of the rule that raised it.
	type RuleInfo: record {
		## The rule's notice.
		note: Notice::Type;
		## The rule's id.
		id: string;
		## What the rule detects.
		title: string;
		## What a notice says of the rule, where that is not the title.
		sub: string &optional;
		## How bad a match is, as Sigma has it.
		level: string &optional;
		## ATT&CK techniques.
		attack: vector of string &optional;
		## The robustness score after Summiting the Pyramid.
		robustness: string &optional;
		## How long equal notices are suppressed, where the rule says so.
		suppress_for: interval &optional;
		## The two hosts between which one of its notices was suppressed last, and until when that lasts: most often they are
		## those of its next match, too.
		quiet_originator: addr &optional;
		quiet_responder: addr &optional;
		quiet_until: time &default=double_to_time(0.0);
		## What became of its matches.
		outcomes: SigzeekRules::Outcomes &default=SigzeekRules::Outcomes();
		## Whether it is among disabled_rules.
		is_disabled: bool &default=F;
		## Whether it is among silent_rules.
		is_silent: bool &default=F;
		## Whether its matches are counted as silent ones, and nothing else is asked: the rule is on and silent, no hosts are
		## listed, and the hook policy has no handlers.
		is_just_silent: bool &default=F;
		## Whether it is on, and nothing that operators have set or scripted may keep a match back.
		is_unrestricted: bool &default=F;
	};

	## Rules that are switched off.
	option disabled_rules: set[Notice::Type] = {};

	## Rules that are on, but raise no notices.
	option silent_rules: set[Notice::Type] = {};

	## Originators, and responders, for which no rule of this pack raises a notice, by their addresses.
	option allowed_originators: set[subnet] = {};
	option allowed_responders: set[subnet] = {};

	## The same by the names that DNS has for their addresses, as "host.corp.example", or "*.corp.example" for all below a
	## domain. While names are listed, notices wait for the names of the hosts concerned.
	option allowed_originator_names: set[string] = {};
	option allowed_responder_names: set[string] = {};

	## Hosts that are allowed for some rules alone.
	type AllowList: record {
		originators: set[subnet] &default=set();
		responders: set[subnet] &default=set();
		originator_names: set[string] &default=set();
		responder_names: set[string] &default=set();
	};

	## Hosts that are allowed what one rule looks for.
	option allowed_by_rule: table[Notice::Type] of AllowList = {};

	## Hosts that are allowed what all rules of an ATT&CK technique look for, such as "T1053.005", or "T1053" for the
	## technique with its sub-techniques.
	option allowed_by_technique: table[string] of AllowList = {};

	## How long a notice waits for a host's name; after that it is raised.
	option name_lookup_timeout = 1sec;

	## How many matches may wait for names; beyond that, notices are raised at once.
	option max_name_lookups = 100;

	## Consulted before a notice is raised; break to keep it back.
	##
	## rule: the rule that matched.
	## c: the connection on which it matched.
	global policy: hook(rule: RuleInfo, c: connection);
}

# The rules and correlations of this pack.
global rule_infos: vector of RuleInfo = vector();

# A rule whose matches are counted.
function watched(rule: RuleInfo): RuleInfo
	{
	SigzeekRules::watch("published", rule$id, rule$title, rule$outcomes);
	rule_infos += rule;
	return rule;
	}

# Whether operators list hosts, or once have. Until they do, nothing is looked up at a match.
global lists_hosts = F;

# Whether the hook policy has handlers: as text it has them behind its type.
function has_policy(): bool
	{
	return ! ends_with(cat(policy), ": bool\n");
	}

# Note in the rules what operators have set: to look that up at each match costs four times as much.
function note_options(disabled: set[Notice::Type], silent: set[Notice::Type])
	{
	local is_checked = lists_hosts || has_policy();

	for ( _, rule in rule_infos )
		{
		rule$is_disabled = rule$note in disabled;
		rule$is_silent = rule$note in silent;
		rule$is_unrestricted = ! rule$is_disabled && ! is_checked;
		rule$is_just_silent = rule$is_silent && rule$is_unrestricted;
		}
	}

function note_disabled(ID: string, disabled: set[Notice::Type]): set[Notice::Type]
	{
	note_options(disabled, silent_rules);
	return disabled;
	}

function note_silent(ID: string, silent: set[Notice::Type]): set[Notice::Type]
	{
	note_options(disabled_rules, silent);
	return silent;
	}

event zeek_init() &priority=100
	{
	note_options(disabled_rules, silent_rules);

	# After what operators do with a new value.
	Option::set_change_handler("Published::disabled_rules", note_disabled, -100);
	Option::set_change_handler("Published::silent_rules", note_silent, -100);
	}
