##! Program By Mail
##!
##! Id:              a2eba349-cb8e-42c8-8222-2473d7f611a8
##! ATT&CK:          T1566.001 Phishing: Spearphishing Attachment
##! ATT&CK:          T1204.002 User Execution: Malicious File
##! Level:           medium
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1566/001/
##! Reference:       https://attack.mitre.org/techniques/T1204/002/
##! False positives: Developers who mail programs to each other
##! Matches:         selection and (program or name)
##! Matches:         selection: source: 'SMTP'
##! Matches:         program: mime_type: 'application/x-dosexec' or 'application/x-ms-shortcut'
##! Matches:         name: filename|endswith: '.exe' or '.hta' or '.img' or '.iso' or '.js' or '.jse' or '.lnk'
##!                  or '.one' or '.scr' or '.vbe' or '.vbs' or '.vhd' or 2 more
##!
##! A mail sent without TLS contains a Windows program, whatever its name, or a file with the extension of a script,
##! shortcut or disk image.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## Program By Mail
		Program_By_Mail,
	};
}

global program_by_mail_rule = watched(RuleInfo(
	$note=Program_By_Mail,
	$id="a2eba349-cb8e-42c8-8222-2473d7f611a8",
	$title="Program By Mail",
	$level="medium",
	$attack=vector("T1566.001", "T1204.002"),
	$robustness="3P"));

@ifdef ( Files::LOG )

# Run where source matches /SMTP/i.
function program_by_mail_on_logged(info: Files::Info)
	{
	if ( (info?$mime_type && to_lower(info$mime_type) == "application/x-dosexec")
	     || (info?$mime_type && to_lower(info$mime_type) == "application/x-ms-shortcut")
	     || (info?$filename && /\.exe$/i in info$filename)
	     || (info?$filename && /\.hta$/i in info$filename)
	     || (info?$filename && /\.img$/i in info$filename)
	     || (info?$filename && /\.iso$/i in info$filename)
	     || (info?$filename && /\.js$/i in info$filename)
	     || (info?$filename && /\.jse$/i in info$filename)
	     || (info?$filename && /\.lnk$/i in info$filename)
	     || (info?$filename && /\.one$/i in info$filename)
	     || (info?$filename && /\.scr$/i in info$filename)
	     || (info?$filename && /\.vbe$/i in info$filename)
	     || (info?$filename && /\.vbs$/i in info$filename)
	     || (info?$filename && /\.vhd$/i in info$filename)
	     || (info?$filename && /\.vhdx$/i in info$filename)
	     || (info?$filename && /\.wsf$/i in info$filename) )
		raise_record(program_by_mail_rule, files_origin(info), cat("Mail with ", (info?$filename ? info$filename : "-"), ", ", (info?$mime_type ? info$mime_type : "-")));
	}

@endif
