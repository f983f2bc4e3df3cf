##! SMB file actions, tree connects and commands, as rules of this pack see them.

@load base/protocols/smb
@load ./main

module {{ module }};
{% if files %}
# What this pack knows of a file action beside SMB::FileInfo.
type FileAction: record {
	# The action, as smb_files.log has it.
	name: string;
	# The path of the tree that the file is on.
	path: string &optional;
	# Where a read or a write begins in the file, its length, and the length that the response tells.
	data_offset: count &optional;
	data_len: count &optional;
	data_len_response: count &optional;
};

# What a rule does with a file action at one of its events.
type FileHandler: function(c: connection, info: SMB::FileInfo, action: FileAction);

# The action and the path of its file.
function file_action_text(info: SMB::FileInfo, action: FileAction): string &is_used
	{
	local path = action?$path ? action$path : "";
	local name = info?$name ? info$name : "";
	local separator = path == "" || name == "" || starts_with(name, "\\") ? "" : "\\";
	return action$name + " " + path + separator + name;
	}
{% endif %}{% if trees %}
# What this pack knows of a tree connect beside SMB::TreeInfo.
type TreeConnect: record {
	# The type of share that the request asks for (SMB1).
	requested_service: string &optional;
};

# What a rule does with a tree connect at one of its events.
type TreeHandler: function(c: connection, tree: SMB::TreeInfo, connect: TreeConnect);

# The tree connect with its path.
function tree_connect_text(tree: SMB::TreeInfo): string &is_used
	{
	return "SMB::TREE_CONNECT " + ( tree?$path ? tree$path : "" );
	}
{% endif %}
{% if commands %}
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
{% endif %}