##! Account Of Scheduled Task Set On Remote Host
##!
##! Id:              8357a5d7-fbd9-41ac-b45b-500a3a144b3e
##! ATT&CK:          T1053.005 Scheduled Task/Job: Scheduled Task
##! ATT&CK:          T1053.002 Scheduled Task/Job: At
##! Level:           high
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/ca3e0305-4582-4e75-9c27-598c715f771d
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/f7be4807-aad7-4724-8253-32c34e283ff1
##! Reference:       https://attack.mitre.org/techniques/T1053/005/
##! False positives: Administration of Windows releases before Vista
##! Matches:         selection
##! Matches:         selection: uuid: '378e52b0-c0a9-11cf-822d-00aa0051e40f' and opnum: 0 or 1
##!
##! SASetAccountInformation and SASetNSAccountInformation ([MS-TSCH] 3.2.5.3.4 and 3.2.5.3.5) of the older SASec
##! interface say under which account a .job task, or every AT job, of the responding host runs: the second half of
##! planting a task by writing its .job file to the host. Nothing current needs this interface.

module RemoteExecution;

export {
	redef enum Notice::Type += {
		## Account Of Scheduled Task Set On Remote Host
		Sasec_Task_Account_Set,
	};
}

global sasec_task_account_set_rule = watched(RuleInfo(
	$note=Sasec_Task_Account_Set,
	$id="8357a5d7-fbd9-41ac-b45b-500a3a144b3e",
	$title="Account Of Scheduled Task Set On Remote Host",
	$level="high",
	$attack=vector("T1053.005", "T1053.002"),
	$robustness="4H"));

function sasec_task_account_set_on_response(c: connection, call: SigzeekDceRpc::Call)
	{
	if ( raises_notice(sasec_task_account_set_rule, c) )
		notify(sasec_task_account_set_rule, c, observed_of(call, call_name(call)));
	}
