##! Tests of fields that have several values.

module RemoteExecution;

# Whether a pattern matches one of some texts.
function any_matches(texts: vector of string, p: pattern): bool
	{
	for ( _, text in texts )
		if ( p == text )
			return T;

	return F;
	}
