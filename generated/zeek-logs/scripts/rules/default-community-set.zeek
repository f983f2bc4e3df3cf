##! SNMP Set With A Default Community
##!
##! Id:              00594ee0-2b4b-4b79-bc15-f23691284dc2
##! ATT&CK:          T1078.001 Valid Accounts: Default Accounts
##! Level:           medium
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1078/001/
##! Reference:       https://www.cisa.gov/news-events/alerts/2017/06/05/reducing-risk-snmp-abuse
##! False positives: Management of printers and old switches
##! Matches:         selection
##! Matches:         selection: community: 'admin' or 'cisco' or 'private' or 'public' or 'write' and set_requests|gt: 0
##!
##! A client changed settings over SNMP with a default community. Anyone who can reach the device can do this.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## SNMP Set With A Default Community
		Default_Community_Set,
	};
}

global default_community_set_rule = watched(RuleInfo(
	$note=Default_Community_Set,
	$id="00594ee0-2b4b-4b79-bc15-f23691284dc2",
	$title="SNMP Set With A Default Community",
	$level="medium",
	$attack=vector("T1078.001"),
	$robustness="3H"));

@ifdef ( SNMP::LOG )

# Run where community matches /admin|cisco|private|public|write/i.
function default_community_set_on_logged(info: SNMP::Info)
	{
	if ( info$set_requests > 0 )
		raise_record(default_community_set_rule, snmp_origin(info), cat(cat(info$set_requests), " SNMP set requests with the community ", (info?$community ? info$community : "-")));
	}

@endif
