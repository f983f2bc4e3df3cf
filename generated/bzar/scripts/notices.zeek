##! How rules raise notices.

@load ./allow-lists

module Bzar;

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

# Whether a match that may be raised makes a notice: not where the rule is silent.
function makes_notice(rule: RuleInfo, c: connection): bool &is_used
	{
	if ( rule$is_silent )
		{
		++rule$outcomes$silent;
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
# with the same identifier, and none where the rule names no identifier.
function notify(rule: RuleInfo, c: connection, observed: string, identifier: string &default="",
                about: string &default="")
	{
	if ( about == "" )
		about = rule?$sub ? rule$sub : rule$title;

	local notice = Notice::Info($note=rule$note,
	                            $msg=observed,
	                            $sub=about,
	                            $conn=c,
	                            $rule_id=rule$id);

	if ( identifier != "" )
		notice$identifier = cat(rule$id, " ", identifier);

	describe(notice, rule);

	if ( lists_hosts && names_are_listed() && ! Notice::is_being_suppressed(notice) )
		{
		notice$ts = network_time();
		unless_named(name_checks(rule, c), raise_waiting, WaitingNotice($rule=rule, $notice=notice));
		return;
		}

	++rule$outcomes$raised;
	NOTICE(notice);
	}
