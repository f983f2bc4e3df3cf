{% for line in header %}{{ line }}
{% endfor %}
@load base/frameworks/notice
@load ./notice-columns
{% if attack %}@load ./attack-notices
{% endif %}
module {{ module }};

export {
{% if attack %}	## The rules of this pack, as its options name them.
	type Rule: enum {
{% for rule in rules %}		{{ rule.comment }}
		{{ rule.name }},
{% endfor %}	};

{% endif %}	## What a notice says of the rule that raised it.
	type RuleInfo: record {
{% if attack %}		## The rule.
		rule: Rule;
		## The type of its notices.
		note: Notice::Type;
{% else %}		## The rule's notice.
		note: Notice::Type;
{% endif %}		## The rule's id.
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
	option disabled_rules: set[{{ rule_type }}] = {};

	## Rules that are on, but raise no notices.
	option silent_rules: set[{{ rule_type }}] = {};

	## Originators, and responders, for which no rule of this pack raises a notice.
	option allowed_originators: set[subnet] = {};
	option allowed_responders: set[subnet] = {};

	## Consulted before a notice is raised; break to keep it back.
	##
	## rule: the rule that matched.
	## c: the connection on which it matched.
	global policy: hook(rule: RuleInfo, c: connection);
{% for placeholder in placeholders %}
	## What %{{ placeholder.name }}% stands for in the pack's rules. Empty, what looks for it finds nothing.
	option {{ placeholder.option }}: set[{{ placeholder.kind }}] = {};
{% endfor %}}

# Whether an operator's options and policy let a rule speak of a connection.
function may_raise(rule: RuleInfo, c: connection): bool
	{
	if ( rule${{ key }} in disabled_rules
	     || c$id$orig_h in allowed_originators
	     || c$id$resp_h in allowed_responders )
		return F;

	return hook policy(rule, c);
	}

{% if attack %}# Raise a rule's notice. What was observed is the notice's message. Zeek suppresses a notice of the same rule with the same
# identifier, and none where the rule names no identifier. Returns whether options and policy let the rule speak.
{% else %}# Raise a rule's notice. What was observed is the notice's message. Zeek suppresses a notice of the same rule with the same
# identifier, which is originator and responder where the rule names nothing else. Returns whether options and policy let
# the rule speak.
{% endif %}function raise(rule: RuleInfo, c: connection, observed: string, identifier: string &default="",
               about: string &default=""): bool
	{
	if ( ! may_raise(rule, c) )
		return F;

	if ( rule${{ key }} in silent_rules )
		return T;

	if ( about == "" )
		about = rule?$sub ? rule$sub : rule$title;
{% if !attack %}
	if ( identifier == "" )
		identifier = fmt("%s %s", c$id$orig_h, c$id$resp_h);
{% endif %}
	local notice = Notice::Info($note=rule$note,
	                            $msg=observed,
	                            $sub=about,
	                            $conn=c,
	                            $rule_id=rule$id{% if !attack %},
	                            $identifier=fmt("%s %s", rule$id, identifier){% endif %});
{% if attack %}
	if ( identifier != "" )
		notice$identifier = fmt("%s %s", rule$id, identifier);
{% endif %}
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
