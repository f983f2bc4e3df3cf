##! How rules raise notices.

@load ./allow-lists

module RemoteExecution;

# Whether an operator's options and policy let a rule speak of a match; of its hosts' names, name_checks tells.
function may_raise(rule: RuleInfo, c: connection): bool
	{
	if ( rule$is_disabled )
		return F;

	if ( lists_hosts && is_allowed(rule, c) )
		{
		++rule$outcomes$allow_listed;
		return F;
		}

	if ( hook policy(rule, c) )
		return T;

	++rule$outcomes$policy;
	return F;
	}

# Until when Zeek suppresses a rule's notices between two hosts. Most matches are silenced so, and what their notices would
# say need not be found out.
global suppressed_until: table[Notice::Type, addr, addr] of time &default=double_to_time(0.0) &create_expire=1hr;

# How many of them are kept.
const max_suppressed = 10000;

# Whether a match that may be raised makes a notice: not where the rule is silent, or Zeek would suppress it.
function makes_notice(rule: RuleInfo, c: connection): bool &is_used
	{
	if ( rule$is_silent )
		{
		++rule$outcomes$silent;
		return F;
		}

	local id = c$id;

	if ( rule$quiet_until > network_time() && rule$quiet_originator == id$orig_h && rule$quiet_responder == id$resp_h )
		{
		++rule$outcomes$raised;
		return F;
		}

	local until = suppressed_until[rule$note, id$orig_h, id$resp_h];

	if ( until > network_time() )
		{
		rule$quiet_originator = id$orig_h;
		rule$quiet_responder = id$resp_h;
		rule$quiet_until = until;
		++rule$outcomes$raised;
		return F;
		}

	return T;
	}

# Whether a match raises a notice.
function raises_notice(rule: RuleInfo, c: connection): bool &is_used
	{
	return (rule$is_unrestricted || may_raise(rule, c)) && makes_notice(rule, c);
	}

# Add to a notice what its rule's columns say.
function describe(notice: Notice::Info, rule: RuleInfo)
	{
	if ( rule?$level )
		notice$rule_level = rule$level;

	if ( rule?$attack )
		notice$attack = rule$attack;

	if ( rule?$robustness )
		notice$robustness = rule$robustness;

	if ( rule?$suppress_for )
		notice$suppress_for = rule$suppress_for;
	}

# Raise a notice that waited for a host's name.
function raise_waiting(subject: any)
	{
	local waiting = subject as WaitingNotice;
	++waiting$rule$outcomes$raised;
	NOTICE(waiting$notice);
	}

# Raise a notice of a rule that may raise one. What was observed is its message. Zeek suppresses a notice of the same rule
# with the same identifier, which is originator and responder where the rule names nothing else.
function notify(rule: RuleInfo, c: connection, observed: string, identifier: string &default="",
                about: string &default="")
	{
	if ( about == "" )
		about = rule?$sub ? rule$sub : rule$title;

	local is_usual = identifier == "";

	if ( is_usual )
		identifier = cat(c$id$orig_h, " ", c$id$resp_h);

	local notice = Notice::Info($note=rule$note,
	                            $msg=observed,
	                            $sub=about,
	                            $conn=c,
	                            $rule_id=rule$id,
	                            $identifier=cat(rule$id, " ", identifier));

	describe(notice, rule);

	if ( lists_hosts && names_are_listed() && ! Notice::is_being_suppressed(notice) )
		{
		notice$ts = network_time();
		unless_named(name_checks(rule, c), raise_waiting, WaitingNotice($rule=rule, $notice=notice));
		return;
		}

	++rule$outcomes$raised;
	NOTICE(notice);

	# Zeek sets the time of a notice that it does not suppress.
	if ( ! is_usual || ! notice?$ts || notice$suppress_for <= 0sec )
		return;

	if ( |suppressed_until| >= max_suppressed )
		clear_table(suppressed_until);

	suppressed_until[rule$note, c$id$orig_h, c$id$resp_h] = notice$ts + notice$suppress_for;
	}
