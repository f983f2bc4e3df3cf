##! SMB Session Asked For By Any Host
##!
##! Id:              0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c14
##! ATT&CK:          T1187 Forced Authentication
##! Level:           informational
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1187/
##! Reference:       https://github.com/p0dalirius/windows-coerced-authentication-methods
##! False positives: Every client of SMB
##! Matches:         selection
##! Matches:         selection: command: 'SESSION_SETUP_ANDX' or 'SESSION_SETUP'
##!
##! A host asks another for a session of SMB, as it does before all else that it wants there. The correlation
##! 'coerced_host_came' asks whether it was told to.

module Coercion;

export {
	redef enum Notice::Type += {
		## SMB Session Asked For By Any Host
		Smb_Session_Asked_For,
	};
}

# Without notices until an operator takes it out of the set.
redef silent_rules += { Smb_Session_Asked_For };

global smb_session_asked_for_rule = watched(RuleInfo(
	$note=Smb_Session_Asked_For,
	$id="0f0c7d2e-6a55-4c0e-9d0b-2b0f6a3d1c14",
	$title="SMB Session Asked For By Any Host",
	$level="informational",
	$attack=vector("T1187"),
	$robustness="3H"));

# Run where command matches /SESSION_SETUP_ANDX|SESSION_SETUP/i.
function smb_session_asked_for_on_command_request(c: connection, command: SMB::CmdInfo, message: SmbMessage)
	{
	if ( smb_session_asked_for_rule$is_just_silent )
		++smb_session_asked_for_rule$outcomes$silent;
	else if ( ! may_raise(smb_session_asked_for_rule, c) )
		return;
	else if ( makes_notice(smb_session_asked_for_rule, c) )
		notify(smb_session_asked_for_rule, c, message_text(message));

	correlate_match(smb_session_asked_for_rule, c, coerced_host_came_correlate,
	                CorrelatedMatch($ts=network_time(),
	                                $group=vector(cat(c$id$resp_h), cat(c$id$orig_h)),
	                                $uid=c$uid,
	                                $rule=1));
	}
