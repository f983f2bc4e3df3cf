
	local done: set[Notice::Type];
	local i = 1;

	while ( i in hlist )
		{
		local header = hlist[i];
		++i;

		if ( header$name !in {{ table }} )
			next;

		for ( _, notes in {{ table }}[header$name][header$value] )
			for ( _, note in notes )
				{
				if ( note in done )
					next;

				add done[note];
				{{ table }}_handlers[note](c, http, transaction);
				}
		}
