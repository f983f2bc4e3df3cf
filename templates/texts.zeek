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
# Whether one of some texts is on an operator's list, where each entry has the given text around it, and there may be more
# before it where the start is open, and behind it where the end is.
function any_is_listed(texts: vector of string, listed: set[string], before: string, after: string, open_start: bool,
                       open_end: bool, cased: bool): bool
	{
	for ( _, text in texts )
		for ( entry in listed )
			{
			local whole = before + entry + after;
			local found = cased ? text : to_lower(text);

			if ( ! cased )
				whole = to_lower(whole);

			if ( found == whole
			     || ( open_start && open_end && whole in found )
			     || ( open_start && ! open_end && ends_with(found, whole) )
			     || ( open_end && ! open_start && starts_with(found, whole) ) )
				return T;
			}

	return F;
	}
{% endif %}
