##! File Written To Admin Share
##!
##! Id:              65342e3e-3477-4c46-870c-5f1c29f7a594
##! ATT&CK:          T1021.002 Remote Services: SMB/Windows Admin Shares
##! ATT&CK:          T1570 Lateral Tool Transfer
##! Level:           medium
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1021/002/
##! Reference:       https://attack.mitre.org/techniques/T1570/
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-smb2/e7046961-3318-4350-be2a-a8d69bb59ce8
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Administration and software deployment over admin shares
##! Matches:         selection_written and (selection_usual or selection_operator)
##! Matches:         selection_written: action: 'SMB::FILE_WRITE'
##! Matches:         selection_usual: path|contains: '\C$' or '\ADMIN$'
##! Matches:         selection_operator: path|expand: '%admin_shares%'
##!
##! A client writes to a file on the share C$ or ADMIN$ of a host, as tools do that bring a program there before they
##! start it. The option placeholder_admin_shares takes the paths of further shares, such as \\files01\d$.

module Bzar;

global t1021_002_t1570_admin_share_write_rule = watched(RuleInfo(
	$rule=T1021_002_T1570_Admin_Share_Write,
	$note=ATTACK::Lateral_Movement,
	$id="65342e3e-3477-4c46-870c-5f1c29f7a594",
	$title="File Written To Admin Share",
	$sub="T1021.002 Remote Services: SMB/Windows Admin Shares + T1570 Lateral Tool Transfer",
	$level="medium",
	$attack=vector("T1021.002", "T1570"),
	$robustness="3H"));

function t1021_002_t1570_admin_share_write_on_file_done(c: connection, info: SMB::FileInfo, action: FileAction)
	{
	if ( action?$path
	     && (/\\C\$/i in action$path
	         || /\\ADMIN\$/i in action$path
	         || any_is_listed(vector(action$path), placeholder_admin_shares, "", "", F)) )
		{
		if ( t1021_002_t1570_admin_share_write_rule$is_just_silent )
			++t1021_002_t1570_admin_share_write_rule$outcomes$silent;
		else if ( ! may_raise(t1021_002_t1570_admin_share_write_rule, c) )
			return;
		else if ( makes_notice(t1021_002_t1570_admin_share_write_rule, c) )
			notify(t1021_002_t1570_admin_share_write_rule, c, cat("Detected SMB::FILE_WRITE to admin file share '", (action?$path ? action$path : "-"), (info?$name ? info$name : "-"), "'"));

		correlate_match(t1021_002_t1570_admin_share_write_rule, c, write_and_execution_on_host_correlate,
		                CorrelatedMatch($ts=network_time(),
		                                $group=vector(cat(c$id$resp_h)),
		                                $uid=c$uid,
		                                $rule=0));
		}
	}

function t1021_002_t1570_admin_share_write_on_transfer(c: connection, info: SMB::FileInfo, action: FileAction, f: fa_file)
	{
	if ( action?$path
	     && (/\\C\$/i in action$path
	         || /\\ADMIN\$/i in action$path
	         || any_is_listed(vector(action$path), placeholder_admin_shares, "", "", F)) )
		extract_file(t1021_002_t1570_admin_share_write_rule, ATTACK::Lateral_Movement_Extracted_File, c, info, action, f, "Saved a copy of the file written to SMB admin file share");
	}
