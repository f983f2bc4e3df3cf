##! DoublePulsar Implant Asked For
##!
##! Id:              d9ccef60-39ce-402f-a58a-aa972b841bb5
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           medium
##! Robustness:      2H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cifs/d416ff7c-c536-406e-a951-4f04b2fd1d2b
##! Reference:       https://learn.microsoft.com/en-us/security-updates/securitybulletins/2017/ms17-010
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Scans for the implant that were announced
##! Matches:         selection
##! Matches:         selection: version: 'SMB1' and command: 'TRANSACTION2' and sub_command: 'SESSION_SETUP'
##!
##! TRANSACTION2 with the subcommand SESSION_SETUP (0x000e), which SMB1 reserves and no client uses ([MS-CIFS] 2.2.2.2).
##! The implant DoublePulsar, which EternalBlue and its like leave in a host's SMB server, takes its orders by it. Most
##! often it is sent by those who look for the implant.

module Published;

export {
	redef enum Notice::Type += {
		## DoublePulsar Implant Asked For
		Doublepulsar_Asked,
	};
}

global doublepulsar_asked_rule = watched(RuleInfo(
	$note=Doublepulsar_Asked,
	$id="d9ccef60-39ce-402f-a58a-aa972b841bb5",
	$title="DoublePulsar Implant Asked For",
	$level="medium",
	$attack=vector("T1210"),
	$robustness="2H"));

# Run where version matches /SMB1/i.
function doublepulsar_asked_on_command_request(c: connection, command: SMB::CmdInfo, message: SmbMessage)
	{
	if ( message?$sub_command
	     && to_upper(message$command) == "TRANSACTION2"
	     && to_upper(message$sub_command) == "SESSION_SETUP"
	     && raises_notice(doublepulsar_asked_rule, c) )
		notify(doublepulsar_asked_rule, c, message_text(message));
	}
