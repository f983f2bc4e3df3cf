##! SSH On The Port Of Another Service
##!
##! Id:              79cd443a-6559-4628-a537-f9ac65a8636f
##! ATT&CK:          T1571 Non-Standard Port
##! ATT&CK:          T1572 Protocol Tunneling
##! Level:           medium
##! Robustness:      3H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1571/
##! Reference:       https://attack.mitre.org/techniques/T1572/
##! False positives: Git servers that offer SSH on 443
##! False positives: SFTP and NETCONF (830) servers
##! Matches:         1 of (selection_low, selection_known) and not filter_main_ssh
##! Matches:         selection_low: id.resp_p|lt: 1024
##! Matches:         selection_known: id.resp_p: 3128 or 3389 or 5985 or 5986 or 8080 or 8443
##! Matches:         filter_main_ssh: id.resp_p: 22
##!
##! SSH on a port that firewalls allow for another service: a port below 1024 other than 22, or a common port of web
##! servers and remote administration. Tunnels out of a network use this. Ports that administrators often choose, such
##! as 2222, are left out.

module ZeekLogs;

export {
	redef enum Notice::Type += {
		## SSH On The Port Of Another Service
		Port_Of_Another_Service,
	};
}

global port_of_another_service_rule = watched(RuleInfo(
	$note=Port_Of_Another_Service,
	$id="79cd443a-6559-4628-a537-f9ac65a8636f",
	$title="SSH On The Port Of Another Service",
	$level="medium",
	$attack=vector("T1571", "T1572"),
	$robustness="3H"));

@ifdef ( SSH::LOG )

function port_of_another_service_on_logged(info: SSH::Info)
	{
	if ( (port_to_count(info$id$resp_p) < 1024
	      || port_to_count(info$id$resp_p) == 3128
	      || port_to_count(info$id$resp_p) == 3389
	      || port_to_count(info$id$resp_p) == 5985
	      || port_to_count(info$id$resp_p) == 5986
	      || port_to_count(info$id$resp_p) == 8080
	      || port_to_count(info$id$resp_p) == 8443)
	     && ! (port_to_count(info$id$resp_p) == 22) )
		raise_record(port_of_another_service_rule, ssh_origin(info), cat((info?$client ? info$client : "-"), " connects to ", (info?$server ? info$server : "-"), " on port ", cat(port_to_count(info$id$resp_p))), cat_sep(" ", "-", cat(info$id$orig_h), cat(info$id$resp_h), cat(port_to_count(info$id$resp_p))));
	}

@endif
