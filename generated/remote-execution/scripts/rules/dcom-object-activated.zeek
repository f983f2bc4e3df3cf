##! Object That Runs Programs Activated On Remote Host
##!
##! Id:              7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0117
##! ATT&CK:          T1021.003 Remote Services: Distributed Component Object Model
##! Level:           high
##! Robustness:      3P
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dcom/64af4c57-5466-4fdf-9761-753ea926a494
##! Reference:       https://attack.mitre.org/techniques/T1021/003/
##! Reference:       https://github.com/fortra/impacket/blob/master/examples/dcomexec.py
##! False positives: Administration with the Microsoft Management Console on another host
##! False positives: Office automation on another host
##! Matches:         selection
##! Matches:         selection: uuid: '000001a0-0000-0000-c000-000000000046' and opnum: 3 or 4
##!                  and argument.pActProperties.classId: '49b2791a-b1ae-4c90-9b8e-e860ba07f889'
##!                  or '9ba05972-f6a8-11cf-a442-00a0c90a8f39' or 'c08afd90-f2a1-11d1-8455-00a0c91f3880'
##!                  or '00024500-0000-0000-c000-000000000046' or '000209ff-0000-0000-c000-000000000046'
##!                  or '0006f03a-0000-0000-c000-000000000046' or '00021a20-0000-0000-c000-000000000046'
##!                  or '3050f4d8-98b5-11cf-bb82-00aa00bdce0b'
##!
##! A DCOM object that runs programs for whoever holds it was activated on another host: RemoteCreateInstance or
##! RemoteGetClassObject ([MS-DCOM] 3.1.2.5.2.3.3 and 3.1.2.5.2.3.2) with the class of MMC20.Application, ShellWindows,
##! ShellBrowserWindow, Excel.Application, Word.Application, Outlook.Application, Visio.Application or htafile. Windows
##! clients sign activations and leave them readable; impacket's dcomexec encrypts them. There is no rule on the
##! operations alone: every use of DCOM begins with one. 'idispatch_method_invoked' sees what follows, also if the
##! activation is encrypted.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Object That Runs Programs Activated On Remote Host
		Dcom_Object_Activated,
	};
}

global dcom_object_activated_rule = watched(RuleInfo(
	$note=Dcom_Object_Activated,
	$id="7a1d6f8e-3a4b-4c5d-9e21-5d3c7b9a0117",
	$title="Object That Runs Programs Activated On Remote Host",
	$level="high",
	$attack=vector("T1021.003"),
	$robustness="3P"));

function dcom_object_activated_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(dcom_object_activated_rule, c) )
		{
		local kept = read_arguments(call);
		notify(dcom_object_activated_rule, c, observed_of(call, cat("DCOM object ", (kept?$argument_pActProperties_classId ? kept$argument_pActProperties_classId : "-"), " activated")));
		}
	}

# Which reading of a request the rule has held of last; 0 before the first.
global dcom_object_activated_held = 0;

function dcom_object_activated_on_request_stub(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( dcom_object_activated_held > 0
	     && call$operation$remote_execution_reading == dcom_object_activated_held
	     && repeats_latest(call) )
		{
		SigzeekDceRpc::at_response(call, dcom_object_activated_on_response);
		return;
		}

	local kept = read_arguments(call);

	if ( kept?$argument_pActProperties_classId
	     && (to_lower(kept$argument_pActProperties_classId) == "49b2791a-b1ae-4c90-9b8e-e860ba07f889"
	         || to_lower(kept$argument_pActProperties_classId) == "9ba05972-f6a8-11cf-a442-00a0c90a8f39"
	         || to_lower(kept$argument_pActProperties_classId) == "c08afd90-f2a1-11d1-8455-00a0c91f3880"
	         || to_lower(kept$argument_pActProperties_classId) == "00024500-0000-0000-c000-000000000046"
	         || to_lower(kept$argument_pActProperties_classId) == "000209ff-0000-0000-c000-000000000046"
	         || to_lower(kept$argument_pActProperties_classId) == "0006f03a-0000-0000-c000-000000000046"
	         || to_lower(kept$argument_pActProperties_classId) == "00021a20-0000-0000-c000-000000000046"
	         || to_lower(kept$argument_pActProperties_classId) == "3050f4d8-98b5-11cf-bb82-00aa00bdce0b") )
		{
		SigzeekDceRpc::at_response(call, dcom_object_activated_on_response);
		dcom_object_activated_held = call$operation$remote_execution_reading;
		}
	}
