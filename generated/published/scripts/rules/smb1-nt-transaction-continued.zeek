##! NT Transaction Of SMB1 Continued
##!
##! Id:              b44a4435-157d-49a3-91ee-157bad2ef63e
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           medium
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cifs/d416ff7c-c536-406e-a951-4f04b2fd1d2b
##! Reference:       https://learn.microsoft.com/en-us/security-updates/securitybulletins/2017/ms17-010
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Clients of SMB1 that set very long access control lists or quotas
##! Matches:         selection
##! Matches:         selection: version: 'SMB1' and command: 'NT_TRANSACT_SECONDARY'
##!
##! NT_TRANSACT_SECONDARY of SMB1 ([MS-CIFS] 2.2.4.63): more data of an NT_TRANSACT that did not fit into one message.
##! Hardly any client has so much to say; EternalRomance, EternalSynergy and EternalChampion (MS17-010) send the parts
##! of NT transactions one by one to have the server mix them up with others. What they do with them Zeek does not show.

module Published;

export {
	redef enum Notice::Type += {
		## NT Transaction Of SMB1 Continued
		Smb1_Nt_Transaction_Continued,
	};
}

global smb1_nt_transaction_continued_rule = watched(RuleInfo(
	$note=Smb1_Nt_Transaction_Continued,
	$id="b44a4435-157d-49a3-91ee-157bad2ef63e",
	$title="NT Transaction Of SMB1 Continued",
	$level="medium",
	$attack=vector("T1210"),
	$robustness="3H"));

# Run where version matches /SMB1/i.
function smb1_nt_transaction_continued_on_command_request(c: connection, command: SMB::CmdInfo, message: SmbMessage)
	{
	if ( to_upper(message$command) == "NT_TRANSACT_SECONDARY"
	     && raises_notice(smb1_nt_transaction_continued_rule, c) )
		notify(smb1_nt_transaction_continued_rule, c, message_text(message));
	}
