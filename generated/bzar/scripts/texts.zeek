##! Tests of fields that have several values.

module Bzar;

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
