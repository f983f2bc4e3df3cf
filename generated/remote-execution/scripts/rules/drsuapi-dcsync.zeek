##! Directory Replication Requested From Domain Controller
##!
##! Id:              cce1c8d3-32ab-45b6-ad48-6c77ab5f77de
##! ATT&CK:          T1003.006 OS Credential Dumping: DCSync
##! Level:           high
##! Robustness:      5H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-drsr/b63730ac-614c-431c-9501-28d6aca91894
##! Reference:       https://attack.mitre.org/techniques/T1003/006/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/secretsdump.py
##! Reference:       https://github.com/jsecurity101/MSRPC-to-ATTACK/blob/ddd4608fe8684fcf2fcf9b48c5f0b3c28097f8a3/documents/MS-DRSR.md
##! False positives: Replication between domain controllers
##! False positives: Directory synchronisation, such as to a cloud directory
##! Matches:         selection
##! Matches:         selection: uuid: 'e3514235-4b06-11d1-ab04-00c04fc2dcd2' and opnum: 3
##!
##! DRSGetNCChanges ([MS-DRSR] 4.1.10) hands over a directory's objects with their secrets. Domain controllers call it
##! on each other; anyone else who calls it steals password hashes, and there is no other way to do that by replication.
##! Allow-list the domain controllers as originators in the package's options; what remains is DCSync.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Directory Replication Requested From Domain Controller
		Drsuapi_Dcsync,
	};
}

global drsuapi_dcsync_rule = watched(RuleInfo(
	$note=Drsuapi_Dcsync,
	$id="cce1c8d3-32ab-45b6-ad48-6c77ab5f77de",
	$title="Directory Replication Requested From Domain Controller",
	$level="high",
	$attack=vector("T1003.006"),
	$robustness="5H",
	$suppress_for=double_to_interval(600.0)));

function drsuapi_dcsync_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(drsuapi_dcsync_rule, c) )
		notify(drsuapi_dcsync_rule, c, observed_of(call, call_name(call)), cat_sep(" ", "-", c$id$orig_h, c$id$resp_h));
	}
