
	local done: set[Notice::Type];

	for ( _, name in transaction${{ side }}_header_names )
		{
		if ( name !in {{ table }} )
			next;

		for ( _, value in transaction${{ side }}_headers[name] )
			for ( _, notes in {{ table }}[name][value] )
				for ( _, note in notes )
					{
					if ( note in done )
						next;

					add done[note];
					{{ table }}_handlers[note](c, http, transaction);
					}
		}
