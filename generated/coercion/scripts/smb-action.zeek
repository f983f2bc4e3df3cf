##! SMB file actions, tree connects and commands, as rules of this pack see them.

@load base/protocols/smb
@load ./main

module Coercion;

# What an SMB message says of its command, whatever SMB::CmdInfo has from an earlier message of the same id.
type SmbMessage: record {
	# What is asked for or answered, and what a transaction does.
	command: string;
	sub_command: string &optional;
	# SMB1 or SMB2.
	version: string;
	# The answer.
	status: string &optional;
	# SMB1's multiplex id, SMB2's message id.
	message_id: count;
};

# What a rule does with a message.
type MessageHandler: function(c: connection, command: SMB::CmdInfo, message: SmbMessage);

# The command with its version.
function message_text(message: SmbMessage): string &is_used
	{
	local text = message$version + " " + message$command;
	return message?$sub_command ? text + " " + message$sub_command : text;
	}
