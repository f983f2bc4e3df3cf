module GLOBAL;

type StubCase: record {
	decoder: string;
	is_little_endian: bool;
	stub: string;
};

event stub_case(description: Input::EventDescription, tpe: Input::Event, stub: StubCase)
	{
	local bytes = hexstr_to_bytestring(sub_bytes(stub$stub, 2, |stub$stub| + 0));
	print decoders[stub$decoder](bytes, stub$is_little_endian);
	}

redef exit_only_after_terminate = T;

event Input::end_of_data(name: string, source: string)
	{
	terminate();
	}

event zeek_init()
	{
	Input::add_event([$source="stubs.tsv", $name="stubs", $fields=StubCase, $ev=stub_case]);
	}
