##! Attacks with a name or a CVE that the network shows
##!
##! What the rules of this pack share.

@load base/frameworks/notice
@load ./notice-columns

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
	};

	## Rules that are switched off.
	option disabled_rules: set[Notice::Type] = {};

	## Rules that are on, but raise no notices.
	option silent_rules: set[Notice::Type] = {};

	## Originators, and responders, for which no rule of this pack raises a notice.
	option allowed_originators: set[subnet] = {};
	option allowed_responders: set[subnet] = {};

	## Consulted before a notice is raised; break to keep it back.
	##
	## rule: the rule that matched.
	## c: the connection on which it matched.
	global policy: hook(rule: RuleInfo, c: connection);
}

# Whether an operator's options and policy let a rule speak of a connection.
function may_raise(rule: RuleInfo, c: connection): bool
	{
	if ( rule$note in disabled_rules
	     || c$id$orig_h in allowed_originators
	     || c$id$resp_h in allowed_responders )
		return F;

	return hook policy(rule, c);
	}

# Raise a rule's notice. What was observed is the notice's message. Zeek suppresses a notice of the same rule with the same
# identifier, which is originator and responder where the rule names nothing else. Returns whether options and policy let
# the rule speak.
function raise(rule: RuleInfo, c: connection, observed: string, identifier: string &default="",
               about: string &default=""): bool
	{
	if ( ! may_raise(rule, c) )
		return F;

	if ( rule$note in silent_rules )
		return T;

	if ( about == "" )
		about = rule?$sub ? rule$sub : rule$title;

	if ( identifier == "" )
		identifier = fmt("%s %s", c$id$orig_h, c$id$resp_h);

	local notice = Notice::Info($note=rule$note,
	                            $msg=observed,
	                            $sub=about,
	                            $conn=c,
	                            $rule_id=rule$id,
	                            $identifier=fmt("%s %s", rule$id, identifier));

	if ( rule?$level )
		notice$rule_level = rule$level;

	if ( rule?$attack )
		notice$attack = rule$attack;

	if ( rule?$robustness )
		notice$robustness = rule$robustness;

	if ( rule?$suppress_for )
		notice$suppress_for = rule$suppress_for;

	NOTICE(notice);
	return T;
	}
