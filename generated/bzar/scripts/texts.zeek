##! Tests of fields that have several values.

module Bzar;

# An operator's entry in the syntax of patterns. `*` is a run of any bytes and `?` one byte, unless a backslash escapes it; in
# a run of backslashes before either, two stand for one. Any other backslash is itself.
function entry_pattern(entry: string): string
	{
	local result = "";
	local backslashes = "";

	for ( c in entry )
		{
		if ( c == "\\" )
			{
			backslashes += "\\x5c";
			next;
			}

		local is_wildcard = c == "*" || c == "?";
		local is_escaped = F;

		if ( is_wildcard )
			{
			is_escaped = |backslashes| % 8 == 4;
			backslashes = sub_bytes(backslashes, 1, |backslashes| / 8 * 4);
			}

		result += backslashes;
		backslashes = "";

		if ( is_wildcard && ! is_escaped )
			result += c == "*" ? "(.|\\n)*" : "(.|\\n)";
		else if ( c == /[A-Za-z0-9]/ )
			result += c;
		else
			result += "\\x" + bytestring_to_hexstr(c);
		}

	return result + backslashes;
	}

# The patterns of entries that were asked for, by what stands before the entry, the entry, what stands behind it, and whether
# case counts.
global entry_patterns: table[string, string, string, bool] of pattern;

# Whether one of some texts is on an operator's list, where each entry stands between two parts of a pattern.
function any_is_listed(texts: vector of string, listed: set[string], before: string, after: string, cased: bool): bool
	{
	for ( entry in listed )
		{
		if ( [before, entry, after, cased] !in entry_patterns )
			{
			local source = "()" + before + entry_pattern(entry) + after;

			if ( ! cased )
				source = "(?i:" + source + ")";

			entry_patterns[before, entry, after, cased] = string_to_pattern(source, F);
			}

		for ( _, text in texts )
			if ( entry_patterns[before, entry, after, cased] == text )
				return T;
		}

	return F;
	}
