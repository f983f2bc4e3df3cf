##! Which hosts operators allow what the rules look for. Addresses are looked up at once; names only where some are listed.

@load ./main

module Published;

# A host, and the names under which it is allowed.
type NameCheck: record {
	host: addr;
	names: set[string];
};

# A notice that waits for a host's name.
type WaitingNotice: record {
	rule: RuleInfo;
	notice: Notice::Info;
};

# How many matches wait for a host's name.
global pending_lookups = 0;

# From now on, each match's hosts are looked up.
function look_hosts_up()
	{
	lists_hosts = T;
	note_options(disabled_rules, silent_rules);
	}

function addresses_listed(ID: string, listed: set[subnet]): set[subnet]
	{
	look_hosts_up();
	return listed;
	}

function names_listed(ID: string, listed: set[string]): set[string]
	{
	look_hosts_up();
	return listed;
	}

function rules_listed(ID: string, listed: table[Notice::Type] of AllowList): table[Notice::Type] of AllowList
	{
	look_hosts_up();
	return listed;
	}

function techniques_listed(ID: string, listed: table[string] of AllowList): table[string] of AllowList
	{
	look_hosts_up();
	return listed;
	}

# Before the rules note what operators have set.
event zeek_init() &priority=101
	{
	lists_hosts = |allowed_originators| + |allowed_responders| + |allowed_originator_names|
	              + |allowed_responder_names| + |allowed_by_rule| + |allowed_by_technique| > 0;

	Option::set_change_handler("Published::allowed_originators", addresses_listed);
	Option::set_change_handler("Published::allowed_responders", addresses_listed);
	Option::set_change_handler("Published::allowed_originator_names", names_listed);
	Option::set_change_handler("Published::allowed_responder_names", names_listed);
	Option::set_change_handler("Published::allowed_by_rule", rules_listed);
	Option::set_change_handler("Published::allowed_by_technique", techniques_listed);
	}

# The lists of a rule, and of the techniques that it is tagged with.
function allow_lists(rule: RuleInfo): vector of AllowList
	{
	local lists: vector of AllowList = vector();

	if ( rule$note in allowed_by_rule )
		lists += allowed_by_rule[rule$note];

	if ( |allowed_by_technique| == 0 || ! rule?$attack )
		return lists;

	for ( _, technique in rule$attack )
		{
		if ( technique in allowed_by_technique )
			lists += allowed_by_technique[technique];

		# A technique's list is for its sub-techniques, too.
		local parent = split_string1(technique, /\./)[0];

		if ( parent != technique && parent in allowed_by_technique )
			lists += allowed_by_technique[parent];
		}

	return lists;
	}

# Whether lists have an address of a connection.
function is_allowed(rule: RuleInfo, c: connection): bool
	{
	if ( ( |allowed_originators| > 0 && c$id$orig_h in allowed_originators )
	     || ( |allowed_responders| > 0 && c$id$resp_h in allowed_responders ) )
		return T;

	if ( |allowed_by_rule| == 0 && |allowed_by_technique| == 0 )
		return F;

	for ( _, allowed in allow_lists(rule) )
		if ( c$id$orig_h in allowed$originators || c$id$resp_h in allowed$responders )
			return T;

	return F;
	}

# Whether a host's name may have to be known before a rule speaks of it.
function names_are_listed(): bool
	{
	return |allowed_originator_names| + |allowed_responder_names| + |allowed_by_rule| + |allowed_by_technique| > 0;
	}

# The hosts of a connection whose names must be known before a rule speaks of it.
function name_checks(rule: RuleInfo, c: connection): vector of NameCheck
	{
	local checks: vector of NameCheck = vector();

	local originators = allowed_originator_names;
	local responders = allowed_responder_names;

	for ( _, allowed in allow_lists(rule) )
		{
		originators = originators | allowed$originator_names;
		responders = responders | allowed$responder_names;
		}

	if ( |originators| > 0 )
		checks += NameCheck($host=c$id$orig_h, $names=originators);

	if ( |responders| > 0 )
		checks += NameCheck($host=c$id$resp_h, $names=responders);

	return checks;
	}

# Whether a host's name is one of some names, of which those that begin with "*." stand for all below a domain.
function is_named(name: string, names: set[string]): bool
	{
	local host = to_lower(rstrip(name, "."));

	for ( listed in names )
		{
		local wanted = to_lower(rstrip(listed, "."));

		if ( host == wanted || ( starts_with(wanted, "*.") && ends_with(host, wanted[1:]) ) )
			return T;
		}

	return F;
	}

# Do something with a notice, or a match, unless a host has a name that is allowed: as soon as the names are known, or cannot
# be found out in time, and at once where too many are being looked up.
function unless_named(checks: vector of NameCheck, act: function(subject: any), subject: any)
	{
	if ( |checks| == 0 || pending_lookups >= max_name_lookups )
		{
		act(subject);
		return;
		}

	local check = checks[0];
	local others = checks[1:];
	++pending_lookups;

	when [check, others, act, subject] ( local name = lookup_addr(check$host) )
		{
		--pending_lookups;

		if ( ! is_named(name, check$names) )
			unless_named(others, act, subject);
		else if ( subject is WaitingNotice )
			++(subject as WaitingNotice)$rule$outcomes$allow_listed;
		}
	timeout name_lookup_timeout
		{
		--pending_lookups;
		unless_named(others, act, subject);
		}
	}
