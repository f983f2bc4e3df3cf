##! Which DCE-RPC response answers which call.
##!
##! Zeek shows no call ids, and gives a response the operation of its context's latest request. Where calls of a context
##! overlap, nothing tells which of them a response answers: they have none. Packs that are loaded together each bring this
##! file: the first one wins.

@load base/protocols/dce-rpc

@ifndef ( SigzeekDceRpc::PAIRING )

module SigzeekDceRpc;

export {
	const PAIRING = T;

	## Interfaces that packs watch, by what Zeek makes of them where the client is big-endian: the bytes of the first three
	## fields are swapped.
	const swapped_interfaces: table[string] of string = {} &redef;

	## Whether some pack watches calls of every interface.
	const watches_every = F &redef;

	## Presentation contexts of one connection that may be remembered before all are forgotten.
	const max_contexts = 1000 &redef;

	## A presentation context of a pipe, and the latest call on it.
	type Context: record {
		## The interface's UUID in lower case; "" where nothing tells.
		uuid: string &default="";
		## Whether a bind told the UUID.
		bound: bool &default=F;
		## The latest call's operation number.
		opnum: count &default=0;
		## When its request was seen.
		ts: time &default=network_time();
		## Calls whose response has not been seen.
		waiting: count &default=0;
		## Whether the latest call overlaps with another, so that a response may be either's.
		overlaps: bool &default=F;
		## Whether the latest call has its response, or will have none.
		is_over: bool &default=T;
		## Whether the response that is being handled is the latest call's.
		is_paired: bool &default=F;
	};

	## The context of a call, from now on if nothing of it was seen before.
	global context_of: function(c: connection, fid: count, ctx_id: count): Context;

	## The latest call of a context has no response that is surely its own.
	global unanswered: hook(c: connection, fid: count, ctx_id: count, context: Context);
}

redef record connection += {
	## Presentation contexts, by pipe and id.
	sigzeek_contexts: table[count] of table[count] of Context &optional;
	sigzeek_contexts_kept: count &default=0;
	## Pipes on which no interface was bound that a pack watches: nothing of their calls is looked at.
	sigzeek_unwatched: set[count] &optional;
	## The context of the call that is being handled, where a pack may watch it.
	sigzeek_context: Context &optional;
};

# The interfaces that packs watch.
global watched_interfaces: set[string];

event zeek_init() &priority=-10
	{
	for ( _, uuid in swapped_interfaces )
		add watched_interfaces[uuid];
	}

# A pipe's name without the path before it, in lower case.
function bare_pipe_name(named_pipe: string): string
	{
	return to_lower(sub(named_pipe, /^.*\\[pP][iI][pP][eE]\\/, ""));
	}

# The interface that a context is bound to; failing that, the one bound last; failing that, the one that its pipe is
# commonly used for; or "" where nothing tells. The base script has made the pipe's state the connection's.
function interface_of(c: connection, ctx_id: count): string
	{
	if ( ! c?$dce_rpc_state )
		return "";

	local state = c$dce_rpc_state;

	if ( state?$ctx_to_uuid && ctx_id in state$ctx_to_uuid )
		return state$ctx_to_uuid[ctx_id];

	if ( state?$uuid )
		return state$uuid;

	if ( state?$named_pipe )
		{
		local pipe = bare_pipe_name(state$named_pipe);

		if ( pipe in DCE_RPC::pipe_name_to_common_uuid )
			return DCE_RPC::pipe_name_to_common_uuid[pipe];
		}

	return "";
	}

# A watched interface's UUID, where the client is big-endian, too.
function in_order(uuid: string): string
	{
	return uuid in swapped_interfaces ? swapped_interfaces[uuid] : uuid;
	}

function context_of(c: connection, fid: count, ctx_id: count): Context
	{
	if ( c?$sigzeek_contexts && fid in c$sigzeek_contexts && ctx_id in c$sigzeek_contexts[fid] )
		return c$sigzeek_contexts[fid][ctx_id];

	if ( ! c?$sigzeek_contexts || c$sigzeek_contexts_kept >= max_contexts )
		{
		c$sigzeek_contexts = table();
		c$sigzeek_contexts_kept = 0;
		}

	if ( fid !in c$sigzeek_contexts )
		c$sigzeek_contexts[fid] = table();

	local context = Context();
	c$sigzeek_contexts[fid][ctx_id] = context;
	++c$sigzeek_contexts_kept;
	return context;
	}

# The latest call is decided without a response.
function give_up(c: connection, fid: count, ctx_id: count, context: Context)
	{
	if ( context$is_over )
		return;

	context$is_over = T;
	hook unanswered(c, fid, ctx_id, context);
	}

# Note a pipe on which no watched interface was bound so far.
function leave(c: connection, fid: count)
	{
	if ( ! c?$sigzeek_unwatched || |c$sigzeek_unwatched| >= max_contexts )
		c$sigzeek_unwatched = set();

	add c$sigzeek_unwatched[fid];
	}

# A context was bound. What waits on it is answered by nothing that comes after.
function bind(c: connection, fid: count, ctx_id: count, uuid: string)
	{
	local interface = in_order(uuid);
	local is_watched = watches_every || interface in watched_interfaces;

	if ( ! is_watched && ( ! c?$sigzeek_contexts || fid !in c$sigzeek_contexts ) )
		{
		leave(c, fid);
		return;
		}

	if ( c?$sigzeek_unwatched )
		delete c$sigzeek_unwatched[fid];

	local context = context_of(c, fid, ctx_id);
	give_up(c, fid, ctx_id, context);
	context$uuid = interface;
	context$bound = T;
	context$waiting = 0;
	}

event dce_rpc_bind(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count) &priority=3
	{
	bind(c, fid, ctx_id, uuid_to_string(uuid));
	}

event dce_rpc_alter_context(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count) &priority=3
	{
	bind(c, fid, ctx_id, uuid_to_string(uuid));
	}

# After the base script has made the pipe's state the connection's, at priority 5.
event dce_rpc_request(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count) &priority=3
	{
	if ( c?$sigzeek_unwatched && fid in c$sigzeek_unwatched )
		{
		delete c$sigzeek_context;
		return;
		}

	local context = context_of(c, fid, ctx_id);
	c$sigzeek_context = context;
	context$overlaps = context$waiting > 0;

	if ( context$overlaps )
		give_up(c, fid, ctx_id, context);

	if ( ! context$bound )
		context$uuid = in_order(interface_of(c, ctx_id));

	context$opnum = opnum;
	context$ts = network_time();
	context$is_over = F;
	++context$waiting;
	}

event dce_rpc_response(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count) &priority=3
	{
	if ( c?$sigzeek_unwatched && fid in c$sigzeek_unwatched )
		{
		delete c$sigzeek_context;
		return;
		}

	local context = context_of(c, fid, ctx_id);
	c$sigzeek_context = context;
	context$is_paired = context$waiting > 0 && ! context$overlaps;

	if ( context$waiting == 0 )
		return;

	--context$waiting;

	if ( context$is_paired )
		context$is_over = T;
	else
		give_up(c, fid, ctx_id, context);
	}

# A fault answers a call, too, and Zeek does not say on which context. Where calls of one context wait alone, it is known.
event dce_rpc_message(c: connection, is_orig: bool, fid: count, ptype_id: count, ptype: DCE_RPC::PType)
	{
	if ( ptype != DCE_RPC::FAULT || is_orig || ! c?$sigzeek_contexts || fid !in c$sigzeek_contexts )
		return;

	local waiting: vector of Context;

	for ( _, context in c$sigzeek_contexts[fid] )
		if ( context$waiting > 0 )
			waiting += context;

	if ( |waiting| != 1 )
		return;

	local alone = waiting[0];
	--alone$waiting;

	if ( ! alone$overlaps )
		alone$is_over = T;
	}

event smb2_close_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID) &priority=-5
	{
	local fid = file_id$persistent + file_id$volatile;

	if ( c?$sigzeek_unwatched )
		delete c$sigzeek_unwatched[fid];

	if ( ! c?$sigzeek_contexts || fid !in c$sigzeek_contexts )
		return;

	c$sigzeek_contexts_kept -= |c$sigzeek_contexts[fid]|;
	delete c$sigzeek_contexts[fid];
	}

event smb_discarded_dce_rpc_analyzers(c: connection) &priority=-5
	{
	delete c$sigzeek_contexts;
	delete c$sigzeek_unwatched;
	c$sigzeek_contexts_kept = 0;
	}

@endif
