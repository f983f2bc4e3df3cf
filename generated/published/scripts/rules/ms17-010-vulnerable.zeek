##! SMB Server Answered As Without MS17-010
##!
##! Id:              53fdc3de-85ca-4e2e-9545-d36b65cdfe3d
##! ATT&CK:          T1210 Exploitation of Remote Services
##! Level:           high
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/security-updates/securitybulletins/2017/ms17-010
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cifs/d416ff7c-c536-406e-a951-4f04b2fd1d2b
##! Reference:       https://attack.mitre.org/techniques/T1210/
##! False positives: Scans for the vulnerability that were announced
##! False positives: A server that has run out of memory
##! Matches:         selection
##! Matches:         selection: version: 'SMB1' and command: 'TRANSACTION' and status: 'INSUFF_SERVER_RESOURCES'
##!
##! A server answered a TRANSACTION of SMB1 with INSUFF_SERVER_RESOURCES. That is what Windows without the update
##! MS17-010 says to a look (PEEK_NMPIPE) into a pipe that nobody has opened, and how EternalBlue, EternalRomance and
##! their like find out whether they would work; with the update it says ACCESS_DENIED or INVALID_HANDLE.

module Published;

export {
	redef enum Notice::Type += {
		## SMB Server Answered As Without MS17-010
		Ms17_010_Vulnerable,
	};
}

global ms17_010_vulnerable_rule = watched(RuleInfo(
	$note=Ms17_010_Vulnerable,
	$id="53fdc3de-85ca-4e2e-9545-d36b65cdfe3d",
	$title="SMB Server Answered As Without MS17-010",
	$level="high",
	$attack=vector("T1210"),
	$robustness="3H"));

# Run where version matches /SMB1/i.
function ms17_010_vulnerable_on_command_response(c: connection, command: SMB::CmdInfo, message: SmbMessage)
	{
	if ( message?$status
	     && to_upper(message$command) == "TRANSACTION"
	     && to_upper(message$status) == "INSUFF_SERVER_RESOURCES"
	     && raises_notice(ms17_010_vulnerable_rule, c) )
		notify(ms17_010_vulnerable_rule, c, cat(message$version, " ", message$command, ": ", (message?$status ? message$status : "-")));
	}
