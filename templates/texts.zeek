##! Tests of fields that have several values.

module {{ module }};
{% if any_matches %}
# Whether a pattern matches one of some texts.
function any_matches(texts: vector of string, p: pattern): bool
	{
	for ( _, text in texts )
		if ( p == text )
			return T;

	return F;
	}
{% endif %}{% if any_member_matches %}
# Whether a pattern matches a member of a set.
function any_member_matches(texts: set[string], p: pattern): bool
	{
	for ( text in texts )
		if ( p == text )
			return T;

	return F;
	}
{% endif %}{% if members %}
# The members of a set.
function members(texts: set[string]): vector of string
	{
	local result: vector of string = vector();

	for ( text in texts )
		result += text;

	return result;
	}
{% endif %}{% if any_is_listed %}
# Whether one of some texts is on an operator's list, where each entry has the given text around it.
function any_is_listed(texts: vector of string, listed: set[string], before: string, after: string, cased: bool): bool
	{
	for ( _, text in texts )
		for ( entry in listed )
			{
			local whole = before + entry + after;

			if ( text == whole || ( ! cased && to_lower(text) == to_lower(whole) ) )
				return T;
			}

	return F;
	}
{% endif %}
