##! NT Transaction Of SMB1
##!
##! Id:              640ba89f-04ed-4e28-adff-58b2e450b849
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           informational
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cifs/d416ff7c-c536-406e-a951-4f04b2fd1d2b
##! Reference:       https://learn.microsoft.com/en-us/security-updates/securitybulletins/2017/ms17-010
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Every client of SMB1
##! Matches:         selection
##! Matches:         selection: version: 'SMB1' and command: 'NT_TRANSACT'
##!
##! NT_TRANSACT of SMB1 ([MS-CIFS] 2.2.4.62), by which clients read and set what a file's owner may. EternalBlue
##! (MS17-010) begins with one; the correlation 'eternalblue' asks what follows.

module Published;

export {
	redef enum Notice::Type += {
		## NT Transaction Of SMB1
		Smb1_Nt_Transaction,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Smb1_Nt_Transaction };

global smb1_nt_transaction_rule = watched(RuleInfo(
	$note=Smb1_Nt_Transaction,
	$id="640ba89f-04ed-4e28-adff-58b2e450b849",
	$title="NT Transaction Of SMB1",
	$level="informational",
	$attack=vector("T1210"),
	$robustness="3H"));

# Run where version matches /SMB1/i.
function smb1_nt_transaction_on_command_request(c: connection, command: SMB::CmdInfo, message: SmbMessage)
	{
	if ( to_upper(message$command) == "NT_TRANSACT" )
		{
		if ( smb1_nt_transaction_rule$is_just_silent )
			++smb1_nt_transaction_rule$outcomes$silent;
		else if ( ! may_raise(smb1_nt_transaction_rule, c) )
			return;
		else if ( makes_notice(smb1_nt_transaction_rule, c) )
			notify(smb1_nt_transaction_rule, c, message_text(message));

		correlate_match(smb1_nt_transaction_rule, c, eternalblue_correlate,
		                CorrelatedMatch($ts=network_time(),
		                                $group=vector(cat(c$id$orig_h), cat(port_to_count(c$id$orig_p)), cat(c$id$resp_h), cat(message$message_id)),
		                                $uid=c$uid,
		                                $rule=0));
		}
	}
