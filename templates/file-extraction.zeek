##! Extraction of files whose transfer a rule of this pack matches.

@load base/files/extract
@load base/files/hash
@load ./notices
@load ./smb-action

module {{ module }};

export {
	## Whether files are extracted, and hashed, whose transfer a rule matches that asks for it.
	option extract_files = T;

	## Whether a notice says of each that it was saved.
	option report_extracted_files = T;

	## Bytes of a file that are extracted; what is beyond is not saved.
	option max_extracted_bytes = {{ max_extracted_bytes }};
}

# A match for which a file is extracted.
type FileExtraction: record {
	rule: RuleInfo;
	# The type of the notice that says that the file was saved, and its message.
	note: Notice::Type;
	message: string;
};

redef record fa_file += {
	## Matches of this pack's rules for which the file is extracted, by the connection's unique id.
	{{ field }}: table[string] of vector of FileExtraction &optional;
};

# What a rule does with the transfer of a file.
type TransferHandler: function(c: connection, info: SMB::FileInfo, action: FileAction, f: fa_file);

# The name under which a file is saved: of its path, what could lead out of the folder is replaced.
function extracted_name(c: connection, f: fa_file, info: SMB::FileInfo, action: FileAction): string
	{
	local path = action?$path ? action$path : "";
	local name = info?$name ? info$name : "";
	local whole = c$uid + "_" + f$id + gsub(path + name, /[^A-Za-z0-9._$-]/, "_");
	return whole[0:{{ max_name_bytes }}];
	}

# Whether options and policy let a rule speak of a file; its match has been counted.
function may_extract(rule: RuleInfo, c: connection): bool
	{
	if ( rule$is_disabled || ( lists_hosts && is_allowed(rule, c) ) )
		return F;

	return hook policy(rule, c);
	}

# Extracts and hashes a file for a rule, if options and policy let the rule speak.
function extract_file(rule: RuleInfo, note: Notice::Type, c: connection, info: SMB::FileInfo, action: FileAction,
                      f: fa_file, message: string)
	{
	if ( ! f?$info || ! may_extract(rule, c) )
		return;

	# One copy does for all rules, whoever saves it.
	if ( ! f$info?$extracted )
		{
		local arguments = Files::AnalyzerArgs($extract_filename=extracted_name(c, f, info, action),
		                                      $extract_limit=max_extracted_bytes);
		Files::add_analyzer(f, Files::ANALYZER_EXTRACT, arguments);
		}

	Files::add_analyzer(f, Files::ANALYZER_MD5);
	Files::add_analyzer(f, Files::ANALYZER_SHA1);
	Files::add_analyzer(f, Files::ANALYZER_SHA256);

	if ( ! f?${{ field }} )
		f${{ field }} = table();

	if ( c$uid !in f${{ field }} )
		f${{ field }}[c$uid] = vector();

	f${{ field }}[c$uid] += FileExtraction($rule=rule, $note=note, $message=message);
	}

# Says that a file was saved.
function raise_extracted(extraction: FileExtraction, c: connection, f: fa_file)
	{
	local rule = extraction$rule;

	if ( rule$is_silent || ! may_extract(rule, c) )
		return;

	local notice = Notice::Info($note=extraction$note,
	                            $msg=extraction$message,
	                            $sub=f$info$extracted,
	                            $f=f,
	                            $conn=c,
	                            $rule_id=rule$id{% if !attack %},
	                            $identifier=fmt("%s %s", rule$id, f$id){% endif %});

	describe(notice, rule);
	NOTICE(notice);
	}

event file_state_remove(f: fa_file)
	{
	if ( ! report_extracted_files || ! f?${{ field }} || ! f?$info || ! f$info?$extracted || ! f?$conns )
		return;

	for ( _, c in f$conns )
		if ( c$uid in f${{ field }} )
			for ( _, extraction in f${{ field }}[c$uid] )
				raise_extracted(extraction, c, f);
	}
