##! Dispatch of SMB file actions, tree connects and commands to the rules that watch them.
##!
##! An action is looked up among those that rules watch, and its rules by the texts that they look for: the patterns of all
##! rules on a field are one automaton. What a file or a tree is, the base scripts keep.

@load ./smb-action

module Coercion;

# Rules by what command of a command must match, at the request.
const command_request_rules_by_command: table[pattern] of vector of MessageHandler = {
	[/SESSION_SETUP_ANDX|SESSION_SETUP/i] = vector(smb_session_asked_for_on_command_request),
};

# Runs the rules of a command, at the request.
function run_command_request_rules(c: connection, message: SmbMessage)
	{
	if ( ! c?$smb_state || ! c$smb_state?$current_cmd )
		return;

	local command = c$smb_state$current_cmd;

	for ( _, handlers in command_request_rules_by_command[message$command] )
		for ( _, handler in handlers )
			handler(c, command, message);
	}

event smb1_message(c: connection, hdr: SMB1::Header, is_orig: bool)
	{
	local message = SmbMessage($command=SMB1::commands[hdr$command], $version="SMB1", $message_id=hdr$mid);

	if ( is_orig )
		{
		# What a transaction does is said in an event of its own.
		if ( message$command != "TRANSACTION" && message$command != "TRANSACTION2" )
			run_command_request_rules(c, message);

		return;
		}
	}

event smb1_transaction_request(c: connection, hdr: SMB1::Header, name: string, sub_cmd: count, parameters: string,
                               data: string)
	{
	run_command_request_rules(c, SmbMessage($command="TRANSACTION", $sub_command=SMB1::trans_sub_commands[sub_cmd],
	                                        $version="SMB1", $message_id=hdr$mid));
	}

event smb1_transaction2_request(c: connection, hdr: SMB1::Header, args: SMB1::Trans2_Args, sub_cmd: count)
	{
	run_command_request_rules(c, SmbMessage($command="TRANSACTION2", $sub_command=SMB1::trans2_sub_commands[sub_cmd],
	                                        $version="SMB1", $message_id=hdr$mid));
	}

event smb2_message(c: connection, hdr: SMB2::Header, is_orig: bool)
	{
	local message = SmbMessage($command=SMB2::commands[hdr$command], $version="SMB2", $message_id=hdr$message_id);

	if ( is_orig )
		{
		run_command_request_rules(c, message);
		return;
		}
	}
