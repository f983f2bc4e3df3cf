##! Which DCE-RPC response answers which call, and what packs do at the calls of an operation.
##!
##! Zeek shows no call ids, and gives a response the operation of its context's latest request. Where calls of a context
##! overlap, nothing tells which of them a response answers: they have none.
##!
##! Packs that are loaded together each bring this file: the first one wins, and runs the handlers of all of them. Of pipes
##! that none of them watches it keeps nothing.

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

	## Whether some pack asks how long what responses carry is.
	const keeps_lengths = F &redef;

	## Presentation contexts of one connection that may be remembered before all are forgotten.
	const max_contexts = 1000 &redef;

	## No id of a presentation context: these have 16 bits.
	const no_context = 65536;

	## How far the latest call of a context has come.
	type Progress: enum {
		## No call waits for a response.
		IDLE,
		## One call waits for a response, at which alone packs look at it.
		WAITS,
		## One call waits for a response, and packs look at more of it.
		WAITS_WATCHED,
		## The latest call has its response, and Zeek tells next what that carries.
		ANSWERED,
		## Anything else: see the context's waiting.
		OTHER,
	};

	## What packs do at the calls of an operation.
	type Operation: record {
		## Whether that is nothing, or at responses alone.
		only_response: bool &default=T;
		## Whether they look at what requests carry, and responses.
		looks_into_request: bool &default=F;
		looks_into_response: bool &default=F;
	};

	## An interface, as clients of one byte order bind it.
	type Interface: record {
		## Its UUID in lower case; "" where nothing tells.
		uuid: string;
		## Whether these clients are big-endian.
		is_big_endian: bool &default=F;
		## The operations that packs watch, by opnum.
		operations: table[count] of Operation &default=table();
		## All others.
		others: Operation;
		## Both, by opnum up to the last one that packs watch, and not beyond a bound: to look them up costs half as much.
		near_operations: vector of Operation &default=vector();
	};

	## The contexts of a pipe that wait for a response: how many, and the sum of their ids, which is the id of one that waits alone.
	type Waiting: record {
		contexts: count &default=0;
		ids: count &default=0;
	};

	## A presentation context of a pipe, with the latest call on it. Packs add what they keep of the call.
	type Call: record {
		fid: count;
		ctx_id: count;
		interface: Interface;
		progress: Progress &default=IDLE;
		## The operation number.
		opnum: count &default=0;
		operation: Operation &optional;
		## What the request and the response carry, and how many bytes, where a pack looks at it.
		stub: string &optional;
		stub_len: count &optional;
		response_stub: string &optional;
		response_stub_len: count &optional;
		## When the request was seen, and how long the response took, where a pack asks for it.
		ts: time &optional;
		rtt: interval &optional;
		## The name of the pipe, where a pack asks for it.
		named_pipe: string &optional;
		## Whether nothing tells which response is the call's, so that the rules are decided without one.
		unanswered: bool &default=F;
		## Whether no bind told the interface.
		is_unbound: bool &default=F;
		## Calls whose response has not been seen, where the progress is OTHER.
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

	## What a rule does with a call at one of its events.
	type Handler: function(c: connection, call: Call);

	redef record Operation += {
		request: vector of Handler &default=vector();
		request_stub: vector of Handler &default=vector();
		response: vector of Handler &default=vector();
		response_stub: vector of Handler &default=vector();
	};

	redef record Call += {
		## What is done at the latest call's further events, since rules have held at its earlier ones.
		held_at_request_stub: vector of Handler &optional;
		held_at_response: vector of Handler &optional;
		held_at_response_stub: vector of Handler &optional;
	};

	## Have more done at a further event of a call, for a rule that has held so far.
	global at_request_stub: function(call: Call, handler: Handler);
	global at_response: function(call: Call, handler: Handler);
	global at_response_stub: function(call: Call, handler: Handler);

	## The contexts of a pipe, by their ids.
	type Pipe: record {
		contexts: table[count] of Call &default=table();
		## Those that wait, once that was asked for: most pipes never see a fault.
		waiting: Waiting &optional;
	};

	## The presentation contexts of a connection that has several.
	type Contexts: record {
		## All contexts of the pipes on which some pack watches one.
		pipes: table[count] of Pipe &default=table();
		kept: count &default=0;
		## Whether some were forgotten, so that their pipes may be watched, too.
		forgot: bool &default=F;
	};

	## A context has a new call, before which another one waits.
	global overlapping: hook(c: connection, call: Call);

	## What packs keep of a context's latest call matters no longer.
	global forget: hook(call: Call);

	## Whether packs look at what the request carries of which Zeek tells next.
	global request_is_watched = F;

	## What packs do at an operation's calls, for them to add to.
	global operation: function(uuid: string, opnum: count): Operation;

	## What packs do at calls of all operations of an interface.
	global all_operations: function(uuid: string): Operation;

	## What packs do at calls of every interface.
	global every_operation = Operation();

	## What the response to a context's latest call carries matters no longer.
	global look_away: function(call: Call);

	## The latest call of a context is done with.
	global finish: function(call: Call);

	## Zeek need not tell of what is part of no response, while no call waits for one.
	global stop_if_none_waits: function();

	## Handlers that note when the request was seen, the name of the pipe, and how long the response took.
	global note_time: Handler;
	global note_pipe: Handler;
	global note_round_trip: Handler;
}

redef record connection += {
	## The context that the latest event was about, where a pack watches some of the connection's pipes; one without an id where
	## its pipe has been closed.
	sigzeek_call: Call &optional;
	## All contexts, once there are several.
	sigzeek_contexts: Contexts &optional;
};

# The interfaces that packs watch, by their UUIDs as Zeek shows them, and by the bytes of these in a bind.
global interfaces: table[string] of Interface;
global interfaces_of_binds: table[string] of Interface;

# What packs do at all operations of an interface.
global operations_of_interfaces: table[string] of Operation;

# What none of them watches.
global unwatched_interface = Interface($uuid="", $others=Operation());

# Calls whose response has not been seen, of all connections.
global waiting_calls = 0;

# Calls of which packs look at what the response carries, of all connections.
global looked_into = 0;

# PDUs of responses since the latest request.
global response_pdus = 0;

# Whether Zeek tells of PDUs, of which faults are some, while a call waits.
global hears_of_faults = T;

function interface(uuid: string): Interface
	{
	if ( uuid !in interfaces )
		interfaces[uuid] = Interface($uuid=uuid, $others=Operation());

	return interfaces[uuid];
	}

function operation(uuid: string, opnum: count): Operation
	{
	local operations = interface(uuid)$operations;

	if ( opnum !in operations )
		operations[opnum] = Operation();

	return operations[opnum];
	}

function all_operations(uuid: string): Operation
	{
	return interface(uuid)$others;
	}

function note_what_is_watched(one: Operation)
	{
	one$looks_into_request = one$looks_into_request || |one$request_stub| > 0;
	one$looks_into_response = one$looks_into_response || |one$response_stub| > 0;
	one$only_response = ! keeps_lengths && ! one$looks_into_request && ! one$looks_into_response && |one$request| == 0;
	}

# What is done at calls of all operations is done at those of one.
function include(one: Operation, all: Operation)
	{
	for ( _, handler in all$request )
		one$request += handler;

	for ( _, handler in all$request_stub )
		one$request_stub += handler;

	for ( _, handler in all$response )
		one$response += handler;

	for ( _, handler in all$response_stub )
		one$response_stub += handler;

	one$looks_into_request = one$looks_into_request || all$looks_into_request;
	one$looks_into_response = one$looks_into_response || all$looks_into_response;
	note_what_is_watched(one);
	}

# The operation of an interface.
function operation_of(watched: Interface, opnum: count): Operation
	{
	return opnum in watched$operations ? watched$operations[opnum] : watched$others;
	}

# The opnums, from 0, that near_operations may have; few interfaces have more.
const near_opnums = 256;

function find_near_operations(watched: Interface)
	{
	local behind = 0;

	for ( opnum in watched$operations )
		if ( opnum >= behind && opnum < near_opnums )
			behind = opnum + 1;

	while ( |watched$near_operations| < behind )
		watched$near_operations += operation_of(watched, |watched$near_operations|);
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

# After packs have said what they watch.
event zeek_init() &priority=-10
	{
	note_what_is_watched(every_operation);

	for ( swapped, uuid in swapped_interfaces )
		{
		local watched = interface(uuid);

		include(watched$others, every_operation);

		for ( _, of_interface in watched$operations )
			include(of_interface, watched$others);

		find_near_operations(watched);

		local big_endian = Interface($uuid=uuid,
		                             $is_big_endian=swapped != uuid,
		                             $operations=watched$operations,
		                             $others=watched$others,
		                             $near_operations=watched$near_operations);
		interfaces[swapped] = big_endian;
		# Bytes are swapped where the client is little-endian.
		interfaces_of_binds[bytes_of(swapped)] = watched;
		interfaces_of_binds[bytes_of(uuid)] = big_endian;
		}

	stop_if_none_waits();
	}

# Have Zeek tell what the response to a context's new call carries.
function look_into_response(call: Call)
	{
	if ( call$is_looked_into )
		return;

	call$is_looked_into = T;
	++looked_into;

	if ( looked_into == 1 )
		enable_event_group("SigzeekDceRpcResponseStubs");
	}

function look_away(call: Call)
	{
	if ( ! call$is_looked_into )
		return;

	call$is_looked_into = F;
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

# A pipe's name without the path before it, in lower case.
function bare_pipe_name(named_pipe: string): string
	{
	return to_lower(sub(named_pipe, /^.*\\[pP][iI][pP][eE]\\/, ""));
	}

# The UUID of the interface that a context is bound to; failing that, of the one bound last; failing that, of the one that
# its pipe is commonly used for; or "" where nothing tells.
function uuid_of(c: connection, ctx_id: count): string
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

# The interface of a UUID, as Zeek shows it.
function interface_of(uuid: string): Interface
	{
	if ( uuid in interfaces )
		return interfaces[uuid];

	return watches_every ? Interface($uuid=uuid, $others=every_operation) : unwatched_interface;
	}

# Calls of a context whose response has not been seen.
function calls_waiting(call: Call): count
	{
	if ( call$progress == OTHER )
		return call$waiting;

	return call$progress == WAITS || call$progress == WAITS_WATCHED ? 1 : 0;
	}

# From now on, the calls of a context that wait are counted.
function count_waiting(call: Call)
	{
	call$waiting = calls_waiting(call);
	call$progress = OTHER;
	}

# A context is forgotten: its calls wait no longer.
function forget_context(call: Call)
	{
	waiting_calls -= calls_waiting(call);
	look_away(call);
	}

# The contexts of a pipe are forgotten.
function forget_pipe(pipe: Pipe)
	{
	for ( _, call in pipe$contexts )
		forget_context(call);
	}

# The contexts of a connection are forgotten.
function forget_connection(c: connection)
	{
	if ( c?$sigzeek_contexts )
		for ( _, pipe in c$sigzeek_contexts$pipes )
			forget_pipe(pipe);
	else if ( c?$sigzeek_call )
		forget_context(c$sigzeek_call);

	delete c$sigzeek_contexts;
	delete c$sigzeek_call;
	stop_if_none_waits();
	}

# While no call waits, there is nothing to forget.
event connection_state_remove(c: connection) &group="SigzeekDceRpc"
	{
	forget_connection(c);
	}

# Turn to a context of a connection. Returns whether it is followed.
function turn_to(c: connection, fid: count, ctx_id: count): bool
	{
	if ( ! c?$sigzeek_call )
		return F;

	if ( c$sigzeek_call$ctx_id == ctx_id && c$sigzeek_call$fid == fid )
		return T;

	if ( ! c?$sigzeek_contexts )
		return F;

	local pipes = c$sigzeek_contexts$pipes;

	if ( fid !in pipes || ctx_id !in pipes[fid]$contexts )
		return F;

	c$sigzeek_call = pipes[fid]$contexts[ctx_id];
	return T;
	}

# Whether contexts of a pipe are followed.
function is_followed(c: connection, fid: count): bool
	{
	if ( c?$sigzeek_contexts )
		return fid in c$sigzeek_contexts$pipes;

	return c?$sigzeek_call && c$sigzeek_call$fid == fid && c$sigzeek_call$ctx_id != no_context;
	}

# Whether some pack may watch a pipe. Where no interface was bound that one watches, none does, unless no bind was seen, or
# contexts were forgotten.
function is_watched(c: connection, fid: count, ctx_id: count): bool
	{
	if ( is_followed(c, fid) )
		return T;

	if ( c$dce_rpc_state?$ctx_to_uuid && ! (c?$sigzeek_contexts && c$sigzeek_contexts$forgot) )
		return F;

	return watches_every || uuid_of(c, ctx_id) in interfaces;
	}

# Add a context to those of a connection.
function add_context(contexts: Contexts, call: Call)
	{
	if ( call$fid !in contexts$pipes )
		contexts$pipes[call$fid] = Pipe();

	local pipe = contexts$pipes[call$fid];

	if ( pipe?$waiting )
		{
		call$on_pipe = pipe$waiting;
		count_waiting(call);
		}

	pipe$contexts[call$ctx_id] = call;
	++contexts$kept;
	}

# Follow a context of a watched pipe of which nothing was seen before.
function follow(c: connection, call: Call)
	{
	if ( ! c?$sigzeek_contexts && c?$sigzeek_call && c$sigzeek_call$ctx_id != no_context )
		{
		c$sigzeek_contexts = Contexts();
		add_context(c$sigzeek_contexts, c$sigzeek_call);
		}

	if ( c?$sigzeek_contexts )
		{
		if ( c$sigzeek_contexts$kept >= max_contexts )
			{
			forget_connection(c);
			c$sigzeek_contexts = Contexts($forgot=T);
			}

		add_context(c$sigzeek_contexts, call);
		}

	c$sigzeek_call = call;
	}

# Turn to a context of a new call, or follow it where its pipe is watched. Returns whether it is followed.
function turn_to_call(c: connection, fid: count, ctx_id: count): bool
	{
	if ( turn_to(c, fid, ctx_id) )
		return T;

	if ( ! is_watched(c, fid, ctx_id) )
		return F;

	follow(c, Call($fid=fid, $ctx_id=ctx_id, $interface=unwatched_interface, $is_unbound=T, $progress=OTHER));
	return T;
	}

# One of the contexts of a pipe waits no longer.
function leave_waiting(call: Call)
	{
	if ( ! call?$on_pipe )
		return;

	--call$on_pipe$contexts;
	call$on_pipe$ids -= call$ctx_id;
	}

# None of a context's calls waits any longer, which are counted.
function wait_no_longer(call: Call)
	{
	waiting_calls -= call$waiting;
	call$waiting = 0;
	leave_waiting(call);
	stop_if_none_waits();
	}

# What is kept of the latest call matters no longer.
function clear(call: Call)
	{
	delete call$stub;
	delete call$response_stub;
	delete call$held_at_request_stub;
	delete call$held_at_response;
	delete call$held_at_response_stub;

	if ( ! call$is_kept )
		return;

	call$is_kept = F;
	hook forget(call);
	}

function finish(call: Call)
	{
	clear(call);
	call$progress = call$is_unbound || call?$on_pipe ? OTHER : IDLE;
	}

function run(handlers: vector of Handler, c: connection, call: Call)
	{
	for ( _, handler in handlers )
		handler(c, call);
	}

# The latest call is decided without a response.
function give_up(c: connection, call: Call)
	{
	look_away(call);

	if ( call$overlaps ? call$is_decided : call$waiting == 0 )
		return;

	call$is_decided = T;
	call$unanswered = T;
	delete call$response_stub_len;

	run(call$operation$response, c, call);

	if ( call?$held_at_response )
		run(call$held_at_response, c, call);

	run(call$operation$response_stub, c, call);

	if ( call?$held_at_response_stub )
		run(call$held_at_response_stub, c, call);
	}

# A context was bound to an interface. What waits on it is answered by nothing that comes after.
function bind(c: connection, fid: count, ctx_id: count, watched: Interface)
	{
	if ( ! turn_to(c, fid, ctx_id) )
		{
		follow(c, Call($fid=fid, $ctx_id=ctx_id, $interface=watched));
		return;
		}

	local call = c$sigzeek_call;
	count_waiting(call);

	if ( call$waiting > 0 || call$overlaps )
		give_up(c, call);

	if ( call$waiting > 0 )
		wait_no_longer(call);

	call$interface = watched;
	call$is_unbound = F;
	}

# The same where no pack watches the interface by itself: it matters on pipes that are watched. The base script has just
# noted its UUID.
function bind_other(c: connection, fid: count, ctx_id: count)
	{
	if ( watches_every || is_followed(c, fid) )
		bind(c, fid, ctx_id, interface_of(c$dce_rpc_state$uuid));
	}

event dce_rpc_bind(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count) &priority=3
	{
	if ( uuid in interfaces_of_binds )
		{
		if ( c?$sigzeek_call )
			bind(c, fid, ctx_id, interfaces_of_binds[uuid]);
		else
			c$sigzeek_call = Call($fid=fid, $ctx_id=ctx_id, $interface=interfaces_of_binds[uuid]);
		}
	else if ( c?$sigzeek_call || watches_every )
		bind_other(c, fid, ctx_id);
	}

event dce_rpc_alter_context(c: connection, fid: count, ctx_id: count, uuid: string, ver_major: count, ver_minor: count) &priority=3
	{
	if ( uuid in interfaces_of_binds )
		bind(c, fid, ctx_id, interfaces_of_binds[uuid]);
	else if ( c?$sigzeek_call || watches_every )
		bind_other(c, fid, ctx_id);
	}

# A new call overlaps with one that waits.
function overlap(c: connection, call: Call)
	{
	give_up(c, call);
	call$overlaps = T;
	call$is_decided = F;
	hook overlapping(c, call);
	}

# Begin a call where more has to be done than to wait for its response.
function begin(c: connection, call: Call)
	{
	count_waiting(call);

	if ( call$waiting > 0 )
		overlap(c, call);
	else
		call$overlaps = F;

	clear(call);
	call$unanswered = F;

	if ( call$is_unbound )
		call$interface = interface_of(uuid_of(c, call$ctx_id));

	if ( ! call$overlaps && ! call$is_unbound && ! call?$on_pipe )
		{
		call$progress = WAITS;
		return;
		}

	++call$waiting;

	if ( call?$on_pipe && call$waiting == 1 )
		{
		++call$on_pipe$contexts;
		call$on_pipe$ids += call$ctx_id;
		}
	}

# A call of which packs look at more than the response.
function watch(c: connection, call: Call, stub_len: count)
	{
	if ( call$progress == WAITS )
		call$progress = WAITS_WATCHED;

	call$stub_len = stub_len;
	local watched = call$operation;
	request_is_watched = watched$looks_into_request;

	if ( watched$looks_into_response )
		look_into_response(call);

	for ( _, handler in watched$request )
		handler(c, call);
	}

event dce_rpc_request(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count) &priority=3
	{
	if ( ! c?$sigzeek_call )
		{
		if ( c$dce_rpc_state?$ctx_to_uuid || ! turn_to_call(c, fid, ctx_id) )
			return;
		}

	local call = c$sigzeek_call;

	if ( call$ctx_id != ctx_id || call$fid != fid )
		{
		if ( ! turn_to_call(c, fid, ctx_id) )
			return;

		call = c$sigzeek_call;
		}

	if ( call$progress == IDLE )
		call$progress = WAITS;
	else
		begin(c, call);

	if ( waiting_calls == 0 )
		enable_event_group("SigzeekDceRpc");

	++waiting_calls;
	response_pdus = 0;

	if ( ! hears_of_faults )
		hear_of_faults();

	call$opnum = opnum;

	local near = call$interface$near_operations;
	call$operation = opnum < |near| ? near[opnum] : operation_of(call$interface, opnum);

	if ( ! call$operation$only_response )
		watch(c, call, stub_len);
	}

# The latest call has its response, and packs look at more of it.
function answer(c: connection, call: Call, stub_len: count)
	{
	call$response_stub_len = stub_len;

	for ( _, handler in call$operation$response )
		handler(c, call);

	if ( call?$held_at_response )
		for ( _, held in call$held_at_response )
			held(c, call);

	if ( call$is_looked_into )
		call$progress = ANSWERED;
	else
		finish(call);
	}

# A response where calls that wait are counted, or none waits.
function answer_other(c: connection, call: Call, stub_len: count)
	{
	if ( calls_waiting(call) == 0 )
		{
		response_pdus = 0;

		if ( ! hears_of_faults )
			hear_of_faults();

		return;
		}

	--call$waiting;
	--waiting_calls;

	if ( call$waiting == 0 )
		leave_waiting(call);

	if ( call$overlaps )
		give_up(c, call);
	else
		answer(c, call, stub_len);
	}

event dce_rpc_response(c: connection, fid: count, ctx_id: count, opnum: count, stub_len: count)
	&priority=3 &group="SigzeekDceRpc"
	{
	if ( ! c?$sigzeek_call )
		return;

	local call = c$sigzeek_call;

	if ( call$ctx_id != ctx_id || call$fid != fid )
		{
		if ( ! turn_to(c, fid, ctx_id) )
			return;

		call = c$sigzeek_call;
		}

	if ( call$progress == WAITS )
		{
		call$progress = IDLE;
		--waiting_calls;

		for ( _, handler in call$operation$response )
			handler(c, call);
		}
	else if ( call$progress == WAITS_WATCHED )
		{
		--waiting_calls;
		answer(c, call, stub_len);
		}
	else
		answer_other(c, call, stub_len);

	if ( waiting_calls == 0 && looked_into == 0 )
		disable_event_group("SigzeekDceRpc");
	}

# Find out which contexts of a pipe wait.
function look_who_waits(pipe: Pipe)
	{
	local waiting = Waiting();

	for ( ctx_id, call in pipe$contexts )
		{
		call$on_pipe = waiting;

		if ( call$progress != ANSWERED )
			count_waiting(call);

		if ( calls_waiting(call) > 0 )
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
	if ( ! is_followed(c, fid) )
		return F;

	if ( ! c?$sigzeek_contexts )
		return calls_waiting(c$sigzeek_call) > 0;

	local pipe = c$sigzeek_contexts$pipes[fid];

	if ( ! pipe?$waiting )
		look_who_waits(pipe);

	return pipe$waiting$contexts == 1;
	}

# The one context of a pipe that waits.
function alone_waiting(c: connection, fid: count): Call
	{
	if ( ! c?$sigzeek_contexts )
		return c$sigzeek_call;

	local pipe = c$sigzeek_contexts$pipes[fid];
	return pipe$contexts[pipe$waiting$ids];
	}

# A fault answers a call, too, and Zeek does not say on which context. Where calls of one context wait alone, it is known.
event dce_rpc_message(c: connection, is_orig: bool, fid: count, ptype_id: count, ptype: DCE_RPC::PType)
	&group="SigzeekDceRpc" &group="SigzeekDceRpcFaults"
	{
	if ( ptype == DCE_RPC::RESPONSE )
		{
		# While the one call that waits gets a long response, it gets no fault.
		if ( ++response_pdus > 1 && waiting_calls == 1 && one_waits(c, fid) )
			{
			hears_of_faults = F;
			disable_event_group("SigzeekDceRpcFaults");
			}

		return;
		}

	if ( ptype != DCE_RPC::FAULT || is_orig || ! one_waits(c, fid) )
		return;

	local call = alone_waiting(c, fid);
	look_away(call);
	count_waiting(call);

	if ( call$waiting == 1 )
		{
		wait_no_longer(call);
		return;
		}

	--call$waiting;
	--waiting_calls;
	}

# Forget the contexts of a pipe that is closed.
function close(c: connection, fid: count)
	{
	if ( c?$sigzeek_contexts )
		{
		local contexts = c$sigzeek_contexts;
		contexts$kept -= |contexts$pipes[fid]$contexts|;
		forget_pipe(contexts$pipes[fid]);
		delete contexts$pipes[fid];
		}
	else
		forget_context(c$sigzeek_call);

	if ( c$sigzeek_call$fid == fid )
		c$sigzeek_call = Call($fid=fid, $ctx_id=no_context, $interface=unwatched_interface);

	stop_if_none_waits();
	}

event smb2_close_request(c: connection, hdr: SMB2::Header, file_id: SMB2::GUID) &priority=-5
	{
	if ( ! c?$sigzeek_call )
		return;

	local fid = file_id$persistent + file_id$volatile;

	if ( is_followed(c, fid) )
		close(c, fid);
	}

event smb_discarded_dce_rpc_analyzers(c: connection) &priority=-5
	{
	forget_connection(c);
	}

function at_request_stub(call: Call, handler: Handler)
	{
	if ( ! call?$held_at_request_stub )
		call$held_at_request_stub = vector();

	call$held_at_request_stub += handler;
	}

function at_response(call: Call, handler: Handler)
	{
	if ( ! call?$held_at_response )
		call$held_at_response = vector();

	call$held_at_response += handler;
	}

function at_response_stub(call: Call, handler: Handler)
	{
	if ( ! call?$held_at_response_stub )
		call$held_at_response_stub = vector();

	call$held_at_response_stub += handler;
	}

function note_time(c: connection, call: Call)
	{
	call$ts = network_time();
	}

function note_pipe(c: connection, call: Call)
	{
	delete call$named_pipe;

	if ( c?$dce_rpc_state && c$dce_rpc_state?$named_pipe )
		call$named_pipe = c$dce_rpc_state$named_pipe;
	}

function note_round_trip(c: connection, call: Call)
	{
	delete call$rtt;

	if ( ! call$unanswered && c?$dce_rpc && c$dce_rpc?$rtt )
		call$rtt = c$dce_rpc$rtt;
	}

@endif
