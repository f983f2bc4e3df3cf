# Writes every logged column of every log stream to a file, a JSON object a line.

module SigzeekLogColumns;

export {
	## A column.
	type Column: record {
		log: string;
		stream: string;
		record_name: string;
		column: string;
		column_type: string;
	};
}

# Site scripts can have redirected what is printed.
redef Log::print_to_log = Log::REDIRECT_NONE;

function write_columns(out: file, described: Column, type_: string, prefix: string)
	{
	for ( name, field in record_fields(type_) )
		{
		if ( ! field$log )
			next;

		if ( /^record / in field$type_name )
			write_columns(out, described, field$type_name[7:], fmt("%s%s.", prefix, name));
		else
			{
			described$column = prefix + name;
			described$column_type = field$type_name;
			print out, to_json(described);
			}
		}
	}

# After whatever makes streams.
event zeek_init() &priority=-1000
	{
	local out = open("columns.json");
	for ( stream_id, stream in Log::active_streams )
		{
		local record_name = cat(stream$columns);
		local log = stream?$path ? stream$path : "";
		write_columns(out, Column($log=log, $stream=cat(stream_id), $record_name=record_name, $column="", $column_type=""),
		              record_name, "");
		}
	close(out);
	terminate();
	}
