
	local done_by_value: set[{{ rule_type }}];
	local position = 1;

	while ( position in hlist )
		{
		for ( _, found in {{ table }}[hlist[position]$value] )
			for ( _, found_rule in found )
				{
				if ( found_rule in done_by_value )
					next;

				add done_by_value[found_rule];
				{{ table }}_handlers[found_rule](c, http, transaction);
				}

		++position;
		}
