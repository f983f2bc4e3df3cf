##! What MITRE's BZAR detects, with the notices that it raises
##!
##! What the rules of this pack share.

@load base/frameworks/notice
@load ./notice-columns
@load ./rule-outcomes
@load ./attack-notices

module Bzar;

export {
	## The rules of this pack, as its options name them.
	type Rule: enum {
		## Directory Replication Or Synchronisation Called On Remote Host
		T1003_006_Dcsync,
		## Network Transports Of Remote Host Enumerated
		T1016_Network_Configuration,
		## Server Or Workstation Information Of Remote Host Read
		T1018_Remote_Systems,
		## Users, Domains And Trusts Of Remote Host Read
		T1033_Users,
		## WMI Method Executed Over RPC
		T1047_Wmi,
		## Sessions Or Connections Of Remote Host Enumerated
		T1049_Connections,
		## AT Job Added Over RPC
		T1053_002_At,
		## Scheduled Task Registered, Enabled Or Run On Remote Host
		T1053_005_Scheduled_Task,
		## Groups And Privileges Of Remote Host Read
		T1069_Permission_Groups,
		## Event Log Cleared Over RPC
		T1070_001_Event_Logs_Cleared,
		## Security Policy Of Remote Host Read
		T1082_System_Information,
		## Open Files Of Remote Host Enumerated
		T1083_Files,
		## Accounts Of Remote Host Enumerated
		T1087_Accounts,
		## Time Of Remote Host Read
		T1124_System_Time,
		## Shares Of Remote Host Enumerated
		T1135_Shares,
		## Shutdown Called On Remote Host
		T1529_Shutdown,
		## Process Created By Secondary Logon Over The Network
		T1547_004_Secondary_Logon,
		## Print Monitor Or Print Processor Added On Remote Host
		T1547_010_Port_Monitors,
		## Service Created Or Started On Remote Host
		T1569_002_Service_Execution,
		## File Written To Admin Share
		T1021_002_T1570_Admin_Share_Write,
		## Admin Share Connected
		T1021_002_Admin_Share,
		## Many Discovery Calls From One Host
		Discovery_From_Host,
		## Execution On A Host
		Execution_On_Host,
		## File Written To Admin Share And Execution On One Host
		Write_And_Execution_On_Host,
		## Many Admin Shares Connected From One Host
		Admin_Shares_From_Host,
	};

	## What a notice says of the rule that raised it.
	type RuleInfo: record {
		## The rule.
		rule: Rule;
		## The type of its notices.
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
	option disabled_rules: set[Rule] = {};

	## Rules that are on, but raise no notices.
	option silent_rules: set[Rule] = {};

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
	option allowed_by_rule: table[Rule] of AllowList = {};

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

	## What %admin_shares% stands for in the pack's rules. Empty, what looks for it finds nothing. In an entry, `*`
	## and `?` are wildcards unless a backslash stands before them.
	option placeholder_admin_shares: set[string] = {};
}

# The rules and correlations of this pack.
global rule_infos: vector of RuleInfo = vector();

# A rule whose matches are counted.
function watched(rule: RuleInfo): RuleInfo
	{
	SigzeekRules::watch("bzar", rule$id, rule$title, rule$outcomes);
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
function note_options(disabled: set[Rule], silent: set[Rule])
	{
	local is_checked = lists_hosts || has_policy();

	for ( _, rule in rule_infos )
		{
		rule$is_disabled = rule$rule in disabled;
		rule$is_silent = rule$rule in silent;
		rule$is_unrestricted = ! rule$is_disabled && ! is_checked;
		rule$is_just_silent = rule$is_silent && rule$is_unrestricted;
		}
	}

function note_disabled(ID: string, disabled: set[Rule]): set[Rule]
	{
	note_options(disabled, silent_rules);
	return disabled;
	}

function note_silent(ID: string, silent: set[Rule]): set[Rule]
	{
	note_options(disabled_rules, silent);
	return silent;
	}

event zeek_init() &priority=100
	{
	note_options(disabled_rules, silent_rules);

	# After what operators do with a new value.
	Option::set_change_handler("Bzar::disabled_rules", note_disabled, -100);
	Option::set_change_handler("Bzar::silent_rules", note_silent, -100);
	}
