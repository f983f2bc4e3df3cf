##! DoublePulsar Implant Answered
##!
##! Id:              66294474-c7a1-4279-b672-572d07ddc2df
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           critical
##! Robustness:      2H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/security-updates/securitybulletins/2017/ms17-010
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! Matches:         selection
##! Matches:         selection: version: 'SMB1' and command: 'TRANSACTION2' and sub_command: null
##!                  and status: 'NOT_IMPLEMENTED' and message_id: 81 or 82 or 98 or 114
##!
##! The implant DoublePulsar is in the host's SMB server. It answers as the server would, with NOT_IMPLEMENTED, but with
##! another multiplex id than the request's, 0x41 or 0x42: 0x10 more when it is there and has done what it was told,
##! 0x20 or 0x30 more when it could not. To Zeek such an answer has no request, and so no subcommand.

module Published;

export {
	redef enum Notice::Type += {
		## DoublePulsar Implant Answered
		Doublepulsar_Answered,
	};
}

global doublepulsar_answered_rule = watched(RuleInfo(
	$note=Doublepulsar_Answered,
	$id="66294474-c7a1-4279-b672-572d07ddc2df",
	$title="DoublePulsar Implant Answered",
	$level="critical",
	$attack=vector("T1210"),
	$robustness="2H"));

# Run where version matches /SMB1/i.
function doublepulsar_answered_on_command_response(c: connection, command: SMB::CmdInfo, message: SmbMessage)
	{
	if ( message?$status
	     && to_upper(message$command) == "TRANSACTION2"
	     && ! message?$sub_command
	     && to_upper(message$status) == "NOT_IMPLEMENTED"
	     && (message$message_id == 81
	         || message$message_id == 82
	         || message$message_id == 98
	         || message$message_id == 114)
	     && raises_notice(doublepulsar_answered_rule, c) )
		notify(doublepulsar_answered_rule, c, message_text(message));
	}
