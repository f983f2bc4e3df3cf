##! SMB Session Asked For
##!
##! Id:              bbca8f01-9f05-4402-8bb5-059df462028e
##! ATT&CK:          T1187 Forced Authentication
##! Level:           informational
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-smb2/5606ad47-5ee0-437a-817e-70c366052962
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cifs/d416ff7c-c536-406e-a951-4f04b2fd1d2b
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! False positives: Every client of SMB
##! Matches:         selection
##! Matches:         selection: command: 'SESSION_SETUP_ANDX' or 'SESSION_SETUP'
##!
##! A host asks another for a session of SMB, as it does before all else that it wants there. The correlation
##! 'efsrpc_host_came' asks whether it was told to.

module Published;

export {
	redef enum Notice::Type += {
		## SMB Session Asked For
		Smb_Session_Set_Up,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Smb_Session_Set_Up };

global smb_session_set_up_rule = watched(RuleInfo(
	$note=Smb_Session_Set_Up,
	$id="bbca8f01-9f05-4402-8bb5-059df462028e",
	$title="SMB Session Asked For",
	$level="informational",
	$attack=vector("T1187"),
	$robustness="3H"));

# Run where command matches /SESSION_SETUP_ANDX|SESSION_SETUP/i.
function smb_session_set_up_on_command_request(c: connection, command: SMB::CmdInfo, message: SmbMessage)
	{
	if ( smb_session_set_up_rule$is_just_silent )
		++smb_session_set_up_rule$outcomes$silent;
	else if ( ! may_raise(smb_session_set_up_rule, c) )
		return;
	else if ( makes_notice(smb_session_set_up_rule, c) )
		notify(smb_session_set_up_rule, c, message_text(message));

	correlate_match(smb_session_set_up_rule, c, efsrpc_host_came_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$resp_h), cat(c$id$orig_h)),
	                                $uid=c$uid,
	                                $rule=1));
	}
