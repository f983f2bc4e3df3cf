##! Hosts that are told to authenticate elsewhere, by RPC calls that take a path or the name of a host
##!
##! What the rules of this pack share.

@load base/frameworks/notice
@load ./notice-columns
@load ./rule-outcomes

module Coercion;

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
		## What became of its matches.
		outcomes: SigzeekRules::Outcomes &default=SigzeekRules::Outcomes();
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

# A rule whose matches are counted.
function watched(rule: RuleInfo): RuleInfo
	{
	SigzeekRules::watch("coercion", rule$id, rule$title, rule$outcomes);
	return rule;
	}
