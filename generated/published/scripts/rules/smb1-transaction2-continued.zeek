##! Transaction2 Of SMB1 Continued
##!
##! Id:              53de2d19-5cfc-4e9f-baef-2bc5c94d09ad
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           low
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cifs/d416ff7c-c536-406e-a951-4f04b2fd1d2b
##! Reference:       https://learn.microsoft.com/en-us/security-updates/securitybulletins/2017/ms17-010
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Clients of SMB1 that set many extended attributes
##! Matches:         selection
##! Matches:         selection: version: 'SMB1' and command: 'TRANSACTION2_SECONDARY'
##!
##! TRANSACTION2_SECONDARY of SMB1 ([MS-CIFS] 2.2.4.47): more data of a TRANSACTION2 that did not fit into one message,
##! which few clients ever have. EternalBlue (MS17-010) continues another kind of transaction with it; the correlation
##! 'eternalblue' asks what came before.

module Published;

export {
	redef enum Notice::Type += {
		## Transaction2 Of SMB1 Continued
		Smb1_Transaction2_Continued,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Smb1_Transaction2_Continued };

global smb1_transaction2_continued_rule = watched(RuleInfo(
	$note=Smb1_Transaction2_Continued,
	$id="53de2d19-5cfc-4e9f-baef-2bc5c94d09ad",
	$title="Transaction2 Of SMB1 Continued",
	$level="low",
	$attack=vector("T1210"),
	$robustness="3H"));

# Run where version matches /SMB1/i.
function smb1_transaction2_continued_on_command_request(c: connection, command: SMB::CmdInfo, message: SmbMessage)
	{
	if ( to_upper(message$command) == "TRANSACTION2_SECONDARY" )
		{
		if ( smb1_transaction2_continued_rule$is_just_silent )
			++smb1_transaction2_continued_rule$outcomes$silent;
		else if ( ! may_raise(smb1_transaction2_continued_rule, c) )
			return;
		else if ( makes_notice(smb1_transaction2_continued_rule, c) )
			notify(smb1_transaction2_continued_rule, c, message_text(message));

		correlate_match(smb1_transaction2_continued_rule, c, eternalblue_correlate,
		                CorrelatedMatch($ts=network_time(),
		                                $group=vector(cat(c$id$orig_h), cat(port_to_count(c$id$orig_p)), cat(c$id$resp_h), cat(message$message_id)),
		                                $uid=c$uid,
		                                $rule=1));
		}
	}
