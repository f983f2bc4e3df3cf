##! Directory Replication Or Synchronisation Called On Remote Host
##!
##! Id:              8b47073e-c302-434f-8273-79fdc31151c9
##! ATT&CK:          T1003.006 OS Credential Dumping: DCSync
##! Level:           high
##! Robustness:      5H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-drsr/b63730ac-614c-431c-9501-28d6aca91894
##! Reference:       https://attack.mitre.org/techniques/T1003/006/
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Replication between domain controllers
##! False positives: Directory synchronisation, such as to a cloud directory
##! Matches:         selection
##! Matches:         selection: endpoint: 'drsuapi' and operation: 'DRSGetNCChanges' or 'DRSReplicaSync'
##!
##! DRSGetNCChanges ([MS-DRSR] 4.1.10) hands over a directory's objects with their secrets: DCSync. DRSReplicaSync
##! ([MS-DRSR] 4.1.23) makes a domain controller fetch from another; it hands over nothing itself, but MITRE's BZAR
##! reports it, and it is used to pull in what a rogue domain controller offers. Domain controllers call both on each
##! other: allow-list them as originators.

module Bzar;

global t1003_006_dcsync_rule = watched(RuleInfo(
	$rule=T1003_006_Dcsync,
	$note=ATTACK::Credential_Access,
	$id="8b47073e-c302-434f-8273-79fdc31151c9",
	$title="Directory Replication Or Synchronisation Called On Remote Host",
	$sub="T1003.006 OS Credential Dumping: DCSync",
	$level="high",
	$attack=vector("T1003.006"),
	$robustness="5H"));

function t1003_006_dcsync_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(t1003_006_dcsync_rule, c) )
		notify(t1003_006_dcsync_rule, c, observed_of(call, call_name(call)));
	}
