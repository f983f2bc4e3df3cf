##! Method Of DCOM Object Invoked On Remote Host
##!
##! Id:              a651e7ea-e511-4dc9-95c2-46e2892f847e
##! ATT&CK:          T1021.003 Remote Services: Distributed Component Object Model
##! Level:           medium
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1021/003/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/dcomexec.py
##! False positives: Administration with the Microsoft Management Console on another host
##! False positives: Office automation on another host
##! False positives: Scripts of the Web Based Enterprise Management scripting objects
##! Matches:         selection
##! Matches:         selection: uuid: '00020400-0000-0000-c000-000000000046' and opnum: 6
##!
##! A method of an automation object was invoked on another host: Invoke of IDispatch ([MS-OAUT] 3.1.4.4). That is how
##! scripts run programs with MMC20.Application, ShellWindows or Excel.Application once they have activated one. The
##! operation shows in the header, so the rule also sees sessions that are encrypted and hide the class from
##! 'dcom_object_activated'.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Method Of DCOM Object Invoked On Remote Host
		Idispatch_Method_Invoked,
	};
}

global idispatch_method_invoked_rule = watched(RuleInfo(
	$note=Idispatch_Method_Invoked,
	$id="a651e7ea-e511-4dc9-95c2-46e2892f847e",
	$title="Method Of DCOM Object Invoked On Remote Host",
	$level="medium",
	$attack=vector("T1021.003"),
	$robustness="4H",
	$suppress_for=double_to_interval(600.0)));

function idispatch_method_invoked_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(idispatch_method_invoked_rule, c) )
		notify(idispatch_method_invoked_rule, c, observed_of(call, call_name(call)), cat_sep(" ", "-", c$id$orig_h, c$id$resp_h));
	}
