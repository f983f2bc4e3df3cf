
	local done: set[{{ rule_type }}];
	local i = 1;

	while ( i in hlist )
		{
		local header = hlist[i];
		++i;

		if ( header$name !in {{ table }} )
			next;

		for ( _, rules in {{ table }}[header$name][header$value] )
			for ( _, rule in rules )
				{
				if ( rule in done )
					next;

				add done[rule];
				{{ table }}_handlers[rule](c, http, transaction);
				}
		}
