##! Which DCE-RPC response answers which call.
##!
##! Zeek shows no call ids, and gives a response the operation of its context's latest request. Where calls of a context
##! overlap, nothing tells which of them a response answers: they have none.
##!
##! Packs that are loaded together each bring this file: the first one wins, and tells all of them of the calls on pipes
##! that one of them watches. Of other pipes it keeps nothing.

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

	## Whether some pack asks when requests were seen.
	const keeps_times = F &redef;

	## Presentation contexts of one connection that may be remembered before all are forgotten.
	const max_contexts = 1000 &redef;

	## No id of a presentation context: these have 16 bits.
	const no_context = 65536;

	## What packs do at the calls of an operation. They add their rules.
	type Operation: record {
		## At which events some pack looks at a call.
		at_request: bool &default=F;
		at_request_stub: bool &default=F;
		at_response: bool &default=F;
		at_response_stub: bool &default=F;
	};

	## An interface that packs watch.
	type Interface: record {
		## Its UUID in lower case.
		uuid: string;
		## The operations that they watch, by opnum.
		operations: table[count] of Operation &default=table();
		## What they do at the calls of all others.
		others: Operation &optional;
	};

	## The contexts of a pipe that wait for a response: how many, and the sum of their ids, which is the id of one that waits alone.
	type Waiting: record {
		contexts: count &default=0;
		ids: count &default=0;
	};

	## A presentation context of a pipe, and the latest call on it. Packs add what they keep of the call.
	type Context: record {
		## The interface's UUID in lower case; "" where nothing tells.
		uuid: string &default="";
		## Whether the client is big-endian, which shows in the UUID that it binds.
		is_big_endian: bool &default=F;
		## Whether a bind told the UUID.
		bound: bool &default=F;
		## What packs do at the interface's calls.
		watched: Interface &optional;
		## The latest call's operation number.
		opnum: count &default=0;
		## What packs do at the latest call, where they watch it.
		operation: Operation &optional;
		## When its request was seen, where a pack asks for it.
		ts: time &optional;
		## Calls whose response has not been seen.
		waiting: count &default=0;
		## The contexts of its pipe that wait, once that was asked for.
		on_pipe: Waiting &optional;
		## Whether the latest call overlaps with another, so that a response may be either's.
		overlaps: bool &default=F;
		## Whether the latest call, which overlaps, is decided.
		is_decided: bool &default=F;
		## Whether packs look at what the response to the latest call carries.
		is_looked_into: bool &default=F;
		## Whether packs keep something of the latest call.
		is_kept: bool &default=F;
	};

	## The contexts of a pipe, by their ids.
	type Pipe: record {
		contexts: table[count] of Context &default=table();
		## Those that wait, once that was asked for: most pipes never see a fault.
		waiting: Waiting &optional;
	};

	## Presentation contexts of a connection.
	type Contexts: record {
		## The latest one, its pipe and its id: most events are about the one that the event before was about.
		latest: Context &optional;
		fid: count &default=0;
		ctx_id: count &default=no_context;
		## All contexts of the pipes on which some pack watches one, once there are others than the latest.
		by_pipe: table[count] of Pipe &optional;
		kept: count &default=0;
		## Whether the client's latest PDU with an authentication verifier is sealed; no request has come since. Zeek tells it since
		## 9.0, where some pack looks into requests.
		is_sealed: bool &default=F;
		## Whether some were forgotten, so that their pipes may be watched, too.
		forgot: bool &default=F;
	};

	## A context's new call, of an operation that some pack watches.
	global request: hook(c: connection, context: Context, stub_len: count);

	## The response to a context's latest call.
	global response: hook(c: connection, context: Context, stub_len: count);

	## A context's latest call has no response that is surely its own.
	global unanswered: hook(c: connection, context: Context);

	## A context has a new call, before which another one waits.
	global overlapping: hook(c: connection, context: Context);

	## What packs keep of a context's latest call matters no longer.
	global forget: hook(context: Context);

	## Whether packs look at what the request carries of which Zeek tells next.
	global request_is_watched = F;

	## Whether the response is the latest call's of which Zeek tells next what it carries.
	global response_is_paired = F;

	## What packs do at an operation's calls, for them to add to.
	global operation: function(uuid: string, opnum: count): Operation;

	## What packs do at calls of all other operations of an interface.
	global other_operations: function(uuid: string): Operation;

	## What packs do at calls of every interface.
	global every_operation = Operation();

	## What the response to a context's latest call carries matters no longer.
	global look_away: function(context: Context);

	## Zeek need not tell of what is part of no response, while no call waits for one.
	global stop_if_none_waits: function();
}

redef record connection += {
	## Where a pack watches some of the connection's pipes.
	sigzeek_contexts: Contexts &optional;
};

# The interfaces that packs watch, by what Zeek makes of their UUIDs in both byte orders, and by the bytes of these in a bind.
global interfaces: table[string] of Interface;
global interfaces_of_binds: table[string] of Interface;

# What packs do at calls of interfaces that none of them watches by itself.
global other_interfaces = Interface($uuid="");

# Calls whose response has not been seen, of all connections.
global waiting_calls = 0;

# Calls of which packs look at what the response carries, of all connections.
global looked_into = 0;

# PDUs of responses since the latest request.
global response_pdus = 0;

# Whether Zeek tells of PDUs, of which faults are some, while a call waits.
global hears_of_faults = T;

# An interface, as packs watch it.
function interface(uuid: string): Interface
	{
	if ( uuid !in interfaces )
		interfaces[uuid] = Interface($uuid=uuid);

	return interfaces[uuid];
	}

function operation(uuid: string, opnum: count): Operation
	{
	local operations = interface(uuid)$operations;

	if ( opnum !in operations )
		operations[opnum] = Operation();

	return operations[opnum];
	}

function other_operations(uuid: string): Operation
	{
	local watched = interface(uuid);

	if ( ! watched?$others )
		watched$others = Operation();

	return watched$others;
	}

# What is done at calls of all operations is done at those of one.
function include(one: Operation, all: Operation)
	{
	one$at_request = one$at_request || all$at_request;
	one$at_request_stub = one$at_request_stub || all$at_request_stub;
	one$at_response = one$at_response || all$at_response;
	one$at_response_stub = one$at_response_stub || all$at_response_stub;
	}

# The bytes of a UUID, in their order in the text.
function bytes_of(uuid: string): string
	{
	return hexstr_to_bytestring(gsub(uuid, /-/, ""));
	}

# What Zeek raises for each PDU, it need not while nothing waits.
function stop_if_none_waits()
	{
	if ( waiting_calls == 0 && looked_into == 0 )
		disable_event_group("SigzeekDceRpc");
	}

# Have Zeek tell what the response to a context's new call carries.
function look_into_response(context: Context)
	{
	if ( context$is_looked_into )
		return;

	context$is_looked_into = T;
	++looked_into;

	if ( looked_into == 1 )
		enable_event_group("SigzeekDceRpcResponseStubs");
	}

function look_away(context: Context)
	{
	if ( ! context$is_looked_into )
		return;

	context$is_looked_into = F;
	--looked_into;

	if ( looked_into == 0 )
		disable_event_group("SigzeekDceRpcResponseStubs");
	}

# From now on, a call may have a fault for an answer.
function hear_of_faults()
	{
	hears_of_faults = T;
	enable_event_group("SigzeekDceRpcFaults");
	}

# After packs have said what they watch.
event zeek_init() &priority=-10
	{
	for ( swapped, uuid in swapped_interfaces )
		{
		local watched = interface(uuid);
		interfaces[swapped] = watched;
		# Bytes are swapped where the client is little-endian.
		interfaces_of_binds[bytes_of(uuid)] = watched;
		interfaces_of_binds[bytes_of(swapped)] = watched;

		if ( watches_every )
			include(other_operations(uuid), every_operation);

		if ( watched?$others )
			for ( _, operation_ in watched$operations )
				include(operation_, watched$others);
		}

	if ( watches_every )
		other_interfaces$others = every_operation;

	stop_if_none_waits();
	}

# A pipe's name without the path before it, in lower case.
function bare_pipe_name(named_pipe: string): string
	{
	return to_lower(sub(named_pipe, /^.*\\[pP][iI][pP][eE]\\/, ""));
	}

# The interface that a context is bound to; failing that, the one bound last; failing that, the one that its pipe is
# commonly used for; or "" where nothing tells.
function interface_of(c: connection, ctx_id: count): string
	{
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

# The contexts of a connection by pipe. Most connections have one context: they need no tables.
function pipes(contexts: Contexts): table[count] of Pipe
	{
	if ( ! contexts?$by_pipe )
		{
		contexts$by_pipe = table();

		if ( contexts$ctx_id != no_context )
			contexts$by_pipe[contexts$fid] = Pipe($contexts=table([contexts$ctx_id] = contexts$latest));
		}

	return contexts$by_pipe;
	}

# Whether contexts of a pipe are followed.
function is_followed(contexts: Contexts, fid: count): bool
	{
	if ( contexts?$by_pipe )
		return fid in contexts$by_pipe;

	return contexts$ctx_id != no_context && contexts$fid == fid;
	}

# A context is forgotten: its calls wait no longer.
function forget_context(context: Context)
	{
	waiting_calls -= context$waiting;
	look_away(context);
	}

# The contexts of a pipe are forgotten.
function forget_pipe(pipe: Pipe)
	{
	for ( _, context in pipe$contexts )
		forget_context(context);
	}

# The contexts of a connection are forgotten.
function forget_connection(c: connection)
	{
	if ( ! c?$sigzeek_contexts )
		return;

	local contexts = c$sigzeek_contexts;

	if ( contexts?$by_pipe )
		for ( _, pipe in contexts$by_pipe )
			forget_pipe(pipe);
	else if ( contexts$ctx_id != no_context )
		forget_context(contexts$latest);

	stop_if_none_waits();
	delete c$sigzeek_contexts;
	}

# While no call waits, there is nothing to forget.
event connection_state_remove(c: connection) &group="SigzeekDceRpc"
	{
	forget_connection(c);
	}

# Turn to a context of a connection, which is its latest one then. Returns whether it is followed.
function turn_to(contexts: Contexts, fid: count, ctx_id: count): bool
	{
	if ( contexts$ctx_id == ctx_id && contexts$fid == fid )
		return T;

	if ( ! contexts?$by_pipe || fid !in contexts$by_pipe || ctx_id !in contexts$by_pipe[fid]$contexts )
		return F;

	contexts$latest = contexts$by_pipe[fid]$contexts[ctx_id];
	contexts$fid = fid;
	contexts$ctx_id = ctx_id;
	return T;
	}

# Whether some pack may watch a pipe. Where no interface was bound that one watches, none does, unless no bind was seen, or
# contexts were forgotten.
function is_watched(c: connection, fid: count, ctx_id: count): bool
	{
	if ( c?$sigzeek_contexts )
		{
		if ( is_followed(c$sigzeek_contexts, fid) )
			return T;

		if ( c$dce_rpc_state?$ctx_to_uuid && ! c$sigzeek_contexts$forgot )
			return F;
		}

	return watches_every || interface_of(c, ctx_id) in interfaces;
	}

# Follow a context of a watched pipe of which nothing was seen before.
function follow(c: connection, fid: count, ctx_id: count)
	{
	if ( ! c?$sigzeek_contexts )
		c$sigzeek_contexts = Contexts();
	else if ( c$sigzeek_contexts$kept >= max_contexts )
		{
		forget_connection(c);
		c$sigzeek_contexts = Contexts($forgot=T);
		}

	local contexts = c$sigzeek_contexts;
	local context = Context();

	if ( contexts$kept > 0 )
		{
		local by_pipe = pipes(contexts);

		if ( fid !in by_pipe )
			by_pipe[fid] = Pipe();

		if ( by_pipe[fid]?$waiting )
			context$on_pipe = by_pipe[fid]$waiting;

		by_pipe[fid]$contexts[ctx_id] = context;
		}

	++contexts$kept;
	contexts$latest = context;
	contexts$fid = fid;
	contexts$ctx_id = ctx_id;
	}

# What packs do at the calls of an interface, as Zeek shows it, where they watch it.
function watched_interface(shown: string): Interface
	{
	return shown in interfaces ? interfaces[shown] : other_interfaces;
	}

# A context is of an interface.
function set_interface(context: Context, shown: string, watched: Interface)
	{
	context$watched = watched;
	context$uuid = watched$uuid == "" ? shown : watched$uuid;
	context$is_big_endian = context$uuid != shown;
	}

# None of a context's calls waits any longer.
function wait_no_longer(context: Context, ctx_id: count)
	{
	waiting_calls -= context$waiting;
	context$waiting = 0;

	if ( context?$on_pipe )
		{
		--context$on_pipe$contexts;
		context$on_pipe$ids -= ctx_id;
		}

	stop_if_none_waits();
	}

# The latest call is decided without a response.
function give_up(c: connection, context: Context)
	{
	look_away(context);

	if ( context$overlaps ? context$is_decided : context$waiting == 0 )
		return;

	context$is_decided = T;

	if ( context?$operation )
		hook unanswered(c, context);
	}

# A context was bound to an interface, which the base script has just noted. What waits on it is answered by nothing that comes
# after.
function bind(c: connection, fid: count, ctx_id: count, watched: Interface)
	{
	if ( ! c?$sigzeek_contexts || ! turn_to(c$sigzeek_contexts, fid, ctx_id) )
		follow(c, fid, ctx_id);

	local context = c$sigzeek_contexts$latest;
	c$sigzeek_contexts$is_sealed = F;

	if ( context$waiting > 0 || context$overlaps )
		give_up(c, context);

	if ( context$waiting > 0 )
		wait_no_longer(context, ctx_id);

	set_interface(context, c$dce_rpc_state$uuid, watched);
	context$bound = T;
	}

# The same where no pack watches the interface by itself: it matters on pipes that are watched.
function bind_other(c: connection, fid: count, ctx_id: count)
	{
	if ( watches_every || is_followed(c$sigzeek_contexts, fid) )
		bind(c, fid, ctx_id, other_interfaces);
	}

event dce_rpc_bind(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count) &priority=3
	{
	if ( uuid in interfaces_of_binds )
		bind(c, fid, ctx_id, interfaces_of_binds[uuid]);
	else if ( c?$sigzeek_contexts || watches_every )
		bind_other(c, fid, ctx_id);
	}

event dce_rpc_alter_context(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count) &priority=3
	{
	if ( uuid in interfaces_of_binds )
		bind(c, fid, ctx_id, interfaces_of_binds[uuid]);
	else if ( c?$sigzeek_contexts || watches_every )
		bind_other(c, fid, ctx_id);
	}

# A new call overlaps with one that waits.
function overlap(c: connection, context: Context)
	{
	give_up(c, context);
	context$overlaps = T;
	context$is_decided = F;
	hook overlapping(c, context);
	}

event dce_rpc_request(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count) &priority=3
	{
	if ( ! c?$sigzeek_contexts )
		{
		if ( c$dce_rpc_state?$ctx_to_uuid || ! is_watched(c, fid, ctx_id) )
			return;

		follow(c, fid, ctx_id);
		}

	local contexts = c$sigzeek_contexts;

	if ( (contexts$ctx_id != ctx_id || contexts$fid != fid) && ! turn_to(contexts, fid, ctx_id) )
		{
		if ( ! is_watched(c, fid, ctx_id) )
			return;

		follow(c, fid, ctx_id);
		contexts = c$sigzeek_contexts;
		}

	local context = contexts$latest;

	if ( context$waiting > 0 )
		overlap(c, context);
	else
		context$overlaps = F;

	if ( context$is_kept )
		{
		context$is_kept = F;
		hook forget(context);
		}

	if ( ! context$bound )
		{
		local shown = interface_of(c, ctx_id);
		set_interface(context, shown, watched_interface(shown));
		}

	context$opnum = opnum;

	if ( keeps_times )
		context$ts = network_time();

	++context$waiting;

	if ( context?$on_pipe && context$waiting == 1 )
		{
		++context$on_pipe$contexts;
		context$on_pipe$ids += ctx_id;
		}

	if ( waiting_calls == 0 )
		enable_event_group("SigzeekDceRpc");

	++waiting_calls;
	response_pdus = 0;

	if ( ! hears_of_faults )
		hear_of_faults();

	request_is_watched = F;

	local watched = context$watched;

	if ( opnum in watched$operations )
		context$operation = watched$operations[opnum];
	else if ( watched?$others )
		context$operation = watched$others;
	else
		{
		delete context$operation;
		return;
		}

	local watched_at = context$operation;
	request_is_watched = watched_at$at_request_stub;

	if ( watched_at$at_response_stub )
		look_into_response(context);

	if ( watched_at$at_request )
		hook request(c, context, stub_len);
	}

event dce_rpc_response(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count)
	&priority=3 &group="SigzeekDceRpc"
	{
	response_is_paired = F;

	if ( ! c?$sigzeek_contexts )
		return;

	local contexts = c$sigzeek_contexts;

	if ( (contexts$ctx_id != ctx_id || contexts$fid != fid) && ! turn_to(contexts, fid, ctx_id) )
		return;

	local context = contexts$latest;

	if ( context$waiting == 0 )
		{
		response_pdus = 0;

		if ( ! hears_of_faults )
			hear_of_faults();

		return;
		}

	--context$waiting;
	--waiting_calls;

	if ( context?$on_pipe && context$waiting == 0 )
		{
		--context$on_pipe$contexts;
		context$on_pipe$ids -= ctx_id;
		}

	if ( context$overlaps )
		give_up(c, context);
	else
		{
		response_is_paired = context$is_looked_into;

		if ( context?$operation && context$operation$at_response )
			hook response(c, context, stub_len);
		}

	if ( waiting_calls == 0 && looked_into == 0 )
		disable_event_group("SigzeekDceRpc");
	}

# Find out which contexts of a pipe wait.
function look_who_waits(pipe: Pipe)
	{
	local waiting = Waiting();

	for ( ctx_id, context in pipe$contexts )
		{
		context$on_pipe = waiting;

		if ( context$waiting > 0 )
			{
			++waiting$contexts;
			waiting$ids += ctx_id;
			}
		}

	pipe$waiting = waiting;
	}

# Whether calls of one context alone wait for a response on a pipe.
function one_waits(c: connection, fid: count): bool
	{
	if ( ! c?$sigzeek_contexts || ! is_followed(c$sigzeek_contexts, fid) )
		return F;

	local contexts = c$sigzeek_contexts;

	if ( ! contexts?$by_pipe )
		return contexts$latest$waiting > 0;

	local pipe = contexts$by_pipe[fid];

	if ( ! pipe?$waiting )
		look_who_waits(pipe);

	return pipe$waiting$contexts == 1;
	}

# A fault answers a call, too, and Zeek does not say on which context. Where calls of one context wait alone, it is known.
event dce_rpc_message(c: connection, is_orig: bool, fid: count, ptype_id: count, ptype: DCE_RPC::PType)
	&group="SigzeekDceRpc" &group="SigzeekDceRpcFaults"
	{
	if ( ptype == DCE_RPC::RESPONSE )
		{
		++response_pdus;

		# While the one call that waits gets a long response, it gets no fault.
		if ( response_pdus > 1 && waiting_calls == 1 && one_waits(c, fid) )
			{
			hears_of_faults = F;
			disable_event_group("SigzeekDceRpcFaults");
			}
		}

	if ( ptype != DCE_RPC::FAULT || is_orig || ! one_waits(c, fid) )
		return;

	local contexts = c$sigzeek_contexts;
	local ctx_id = contexts$ctx_id;
	local alone = contexts$latest;

	if ( contexts?$by_pipe )
		{
		ctx_id = contexts$by_pipe[fid]$waiting$ids;
		alone = contexts$by_pipe[fid]$contexts[ctx_id];
		}

	look_away(alone);

	if ( alone$waiting == 1 )
		{
		wait_no_longer(alone, ctx_id);
		return;
		}

	--alone$waiting;
	--waiting_calls;
	}

# Forget the contexts of a pipe that is closed.
function close(contexts: Contexts, fid: count)
	{
	if ( ! contexts?$by_pipe )
		{
		contexts$kept = 0;
		forget_context(contexts$latest);
		}
	else
		{
		contexts$kept -= |contexts$by_pipe[fid]$contexts|;
		forget_pipe(contexts$by_pipe[fid]);
		delete contexts$by_pipe[fid];

		if ( contexts$kept == 0 )
			delete contexts$by_pipe;
		}

	if ( contexts$fid == fid )
		contexts$ctx_id = no_context;

	stop_if_none_waits();
	}

event smb2_close_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID) &priority=-5
	{
	if ( ! c?$sigzeek_contexts )
		return;

	local fid = file_id$persistent + file_id$volatile;

	if ( is_followed(c$sigzeek_contexts, fid) )
		close(c$sigzeek_contexts, fid);
	}

event smb_discarded_dce_rpc_analyzers(c: connection) &priority=-5
	{
	forget_connection(c);
	}

@endif
