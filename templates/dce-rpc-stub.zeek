##! Reads the arguments of DCE-RPC calls from their stubs, in NDR 2.0 (C706 chapter 14) and NDR64 (MS-RPCE section 2.2.5).
##!
##! Several packages bring this file: the first one wins. Whatever a stub says is checked against what is there, so that nothing
##! here reports an error or takes more memory than the stub.

@ifndef ( SigzeekStub::READS_STUBS )

module SigzeekStub;

export {
	const READS_STUBS = T;

	## The stub that is read. No function of Zeek waits for another, so there is one at a time.
	global stub: string;
	global is_little_endian: bool;

	## How many octets a count or a pointer has: 4 in NDR, 8 in NDR64.
	global word: count;

	## The place of the next octet, the first one is at 1. Far behind the end once something did not fit: what is read from
	## there on means nothing.
	global at: count;

	## The values of word, the one first that counts where a stub can be read either way.
	const words = vector(4, 8);

	## An array whose elements are read one by one.
	type Elements: record {
		count_: count;
		number: count;
		first: count;
		stride: count;
		## Where what follows the array goes on.
		behind: count;
	};

	## A null pointer, or 0, in NDR.
	const null = "\x00\x00\x00\x00";

	## What octets of a stub are left behind its last parameter where it could not be read.
	const UNREAD = {{ unread }};

	global failed: function(): bool;
	global fail: function();
	global unread: function(): count;
	global align: function(alignment: count);
	global number: function(octets: count): count;
	global octet: function(): count;
	global signed: function(octets: count): int;
	global signed_octet: function(): int;
	global points: function(): bool;
	global varying_count: function(): count;
	global take: function(octets: count): string;
	global text: function(): string;
	global skip_text: function();
	global ansi_text: function(): string;
	global skip_ansi_text: function();
	global counted_text: function(length: count): string;
	global skip_counted_text: function(length: count);
	global counted_ansi_text: function(length: count): string;
	global skip_counted_ansi_text: function(length: count);
	global bstr: function(): string_vec;
	global bytes: function(): string;
	global varying_bytes: function(): string;
	global handle: function(): string;
	global reserved_handle: function(): string;
	global guid: function(): string;
	global file_time: function(): string;
	global address: function(): addr;
	global sid: function(): string;
	global activated_class: function(): string_vec;
	global elements: function(count_: count, stride: count, size: count): Elements;
	global to_next_element: function(array: Elements);
	global behind_elements: function(array: Elements);
}

# Behind the end of every stub.
const BEYOND = 0x40000000;

# Whether something of the stub so far did not fit.
function failed(): bool
	{
	return at > |stub| + 1;
	}

function fail()
	{
	at = BEYOND;
	}

# Where octets are a verification trailer (MS-RPCE section 2.2.2.13), which begins at a multiple of 4.
function is_trailer(place: count): bool
	{
	return sub_bytes(stub, place, 8) == {{ verification_trailer }};
	}

# How many octets follow the last parameter; UNREAD where that is more than what aligns an authentication trailer.
function unread(): count
	{
	if ( failed() )
		return UNREAD;

	local left = |stub| + 1 - at;

	if ( left < 8 )
		return left;

	local trailer = ((at + 2) | 3) - 2;

	if ( is_trailer(trailer) )
		return trailer - at;

	return left > {{ max_padding }} ? UNREAD : left;
	}

# Move to the next multiple of 2, 4 or 8 octets. What aligns need not be zero.
function align(alignment: count)
	{
	at = ((at + alignment - 2) | (alignment - 1)) - (alignment - 2);
	}

# The next unsigned integer of 2, 4 or 8 octets, to whose size it is aligned.
function number(octets: count): count
	{
	local start = ((at + octets - 2) | (octets - 1)) - (octets - 2);
	at = start + octets;
	return bytestring_to_count(sub_bytes(stub, start, +octets), is_little_endian);
	}

# The next octet.
function octet(): count
	{
	local start = at;
	at = start + 1;
	return bytestring_to_count(sub_bytes(stub, start, 1));
	}

# An unsigned integer in two's complement.
function in_twos_complement(value: count, ones: count): int
	{
	return value <= ones / 2 ? +value : -1 - (+(ones - value));
	}

# The next integer in two's complement of 2, 4 or 8 octets.
function signed(octets: count): int
	{
	return in_twos_complement(number(octets), octets == 8 ? 0xffffffffffffffff : (1 << 8 * octets) - 1);
	}

function signed_octet(): int
	{
	return in_twos_complement(octet(), 0xff);
	}

const wide_null = "\x00\x00\x00\x00\x00\x00\x00\x00";

# Whether the next pointer is not null.
function points(): bool
	{
	at = ((at + word - 2) | (word - 1)) + 2;
	return sub_bytes(stub, at - word, +word) != (word == 4 ? null : wide_null);
	}

# That many of the next octets.
function take(octets: count): string
	{
	if ( octets > |stub| )
		{
		fail();
		return "";
		}

	local start = at;
	at += octets;
	return octets == 0 ? "" : sub_bytes(stub, start, +octets);
	}

# Counts of arrays that were read before, and how many elements they tell. Most arrays are as long as another one.
global known_counts: table[string] of count &default=0;

# How many elements there are after counts that were not read before.
function new_count(counts: string): count
	{
	# The offset of the first element. It is not 0 where NDR64 is taken for NDR, and most often that shows here first.
	if ( sub_bytes(counts, 1 + word, +word) != (word == 4 ? null : wide_null) )
		{
		at = BEYOND;
		return 0;
		}

	local actual = bytestring_to_count(sub_bytes(counts, 1 + 2 * word, +word), is_little_endian);
	local maximum = bytestring_to_count(sub_bytes(counts, 1, +word), is_little_endian);

	if ( actual > maximum || actual > |stub| )
		{
		at = BEYOND;
		return 0;
		}

	# So few that they cannot take much memory.
	if ( actual == maximum && actual < 512 )
		known_counts[counts] = actual;

	return actual;
	}

# The counts of a conformant and varying array: how many elements are there.
function varying_count(): count
	{
	at = word == 4 ? ((at + 2) | 3) + 10 : ((at + 6) | 7) + 18;
	local counts = sub_bytes(stub, at - 3 * word, +(3 * word));
	local known = known_counts[counts];
	return known == 0 ? new_count(counts) : known;
	}

# Conformant and varying characters.
function characters(octets: count): string
	{
	return take(octets * varying_count());
	}

const ascii_little_endian = /([\x01-\x7f]\x00)*/;
const ascii_big_endian = /(\x00[\x01-\x7f])*/;
const terminated_ascii_little_endian = /([\x01-\x7f]\x00)*\x00\x00/;
const terminated_ascii_big_endian = /(\x00[\x01-\x7f])*\x00\x00/;

# A unit of UTF-16 or a pair of surrogates, as UTF-8. What is no character is U+FFFD.
function character(unit: string, is_little: bool): string
	{
	local value = bytestring_to_count(sub_bytes(unit, 1, 2), is_little);

	if ( |unit| == 4 )
		{
		value = 0x10000 + (value - 0xd800) * 0x400
			+ (bytestring_to_count(sub_bytes(unit, 3, 2), is_little) - 0xdc00);
		return hexstr_to_bytestring(fmt("%02x%02x%02x%02x", 0xf0 + value / 0x40000, 0x80 + value / 0x1000 % 0x40,
		                                0x80 + value / 0x40 % 0x40, 0x80 + value % 0x40));
		}

	if ( value < 0x80 )
		return hexstr_to_bytestring(fmt("%02x", value));

	if ( value < 0x800 )
		return hexstr_to_bytestring(fmt("%02x%02x", 0xc0 + value / 0x40, 0x80 + value % 0x40));

	if ( value >= 0xd800 && value <= 0xdfff )
		return "\xef\xbf\xbd";

	return hexstr_to_bytestring(fmt("%02x%02x%02x", 0xe0 + value / 0x1000, 0x80 + value / 0x40 % 0x40, 0x80 + value % 0x40));
	}

# Runs of ASCII, pairs of surrogates, and other units.
const units_little_endian = /([\x01-\x7f]\x00)+|[\x00-\xff][\xd8-\xdb][\x00-\xff][\xdc-\xdf]|[\x00-\xff][\x00-\xff]/;
const units_big_endian = /(\x00[\x01-\x7f])+|[\xd8-\xdb][\x00-\xff][\xdc-\xdf][\x00-\xff]|[\x00-\xff][\x00-\xff]/;

# UTF-16 in UTF-8.
function utf8(utf16: string, is_little: bool): string
	{
	local ascii = is_little ? ascii_little_endian : ascii_big_endian;

	if ( ascii == utf16 )
		return subst_string(utf16, "\x00", "");

	local units = is_little ? units_little_endian : units_big_endian;
	local converted: string_vec = vector();

	for ( _, unit in find_all_ordered(utf16, units) )
		converted += ascii == unit ? subst_string(unit, "\x00", "") : character(unit, is_little);

	return join_string_vec(converted, "");
	}

# Characters without the terminator that has to be there.
function unterminated(terminated: string, terminator: string): string
	{
	local octets = |terminator|;

	if ( |terminated| < octets || sub_bytes(terminated, |terminated| + 1 - octets, +octets) != terminator )
		{
		fail();
		return "";
		}

	return |terminated| == octets ? "" : sub_bytes(terminated, 1, |terminated| - octets);
	}

# A string of wchar_t. What is here costs the most of most stubs: it has few statements, and calls nothing for a text of ASCII
# that is as long as one before.
function text(): string
	{
	local start = word == 4 ? ((at + 2) | 3) + 10 : ((at + 6) | 7) + 18;
	local octets = 2 * known_counts[sub_bytes(stub, start - 3 * word, +(3 * word))];

	if ( octets == 0 )
		{
		octets = 2 * new_count(sub_bytes(stub, start - 3 * word, +(3 * word)));

		if ( octets == 0 )
			{
			at = BEYOND;
			return "";
			}
		}

	at = start + octets;
	local terminated = sub_bytes(stub, start, +octets);

	if ( (is_little_endian ? terminated_ascii_little_endian : terminated_ascii_big_endian) == terminated )
		return subst_string(terminated, "\x00", "");

	return utf8(unterminated(terminated, "\x00\x00"), is_little_endian);
	}

function skip_text()
	{
	local octets = 2 * varying_count();
	at += octets;

	if ( octets == 0 || sub_bytes(stub, at - 2, 2) != "\x00\x00" )
		at = BEYOND;
	}

# A string of char.
function ansi_text(): string
	{
	return unterminated(characters(1), "\x00");
	}

function skip_ansi_text()
	{
	ansi_text();
	}

# Most clients count the terminator of a text with a length, and some do not.
function without_terminator(read: string, terminator: string): string
	{
	local octets = |terminator|;

	if ( |read| < octets || sub_bytes(read, |read| + 1 - octets, +octets) != terminator )
		return read;

	return |read| == octets ? "" : sub_bytes(read, 1, |read| - octets);
	}

# Characters whose length in octets a structure has told.
function counted(length: count, terminator: string): string
	{
	local read = characters(|terminator|);

	if ( |read| != length )
		{
		fail();
		return "";
		}

	return without_terminator(read, terminator);
	}

# What an RPC_UNICODE_STRING points to.
function counted_text(length: count): string
	{
	return utf8(counted(length, "\x00\x00"), is_little_endian);
	}

function skip_counted_text(length: count)
	{
	counted(length, "\x00\x00");
	}

# What an RPC_STRING points to.
function counted_ansi_text(length: count): string
	{
	return counted(length, "\x00");
	}

function skip_counted_ansi_text(length: count)
	{
	counted(length, "\x00");
	}

# What a BSTR points to, a FLAGGED_WORD_BLOB (MS-OAUT section 2.2.23.1): a text or none.
function bstr(): string_vec
	{
	local count_ = number(word);
	local length = number(4);
	local actual = number(4);

	if ( actual != count_ )
		fail();

	local read = take(actual > |stub| ? actual : 2 * actual);

	if ( length == 0xffffffff )
		return vector();

	if ( length > |read| )
		{
		fail();
		return vector();
		}

	local units = length < 2 ? "" : sub_bytes(read, 1, +(length / 2 * 2));
	return vector(utf8(without_terminator(units, "\x00\x00"), is_little_endian));
	}

# A conformant array of octets.
function bytes(): string
	{
	return take(number(word));
	}

# A conformant and varying array of octets.
function varying_bytes(): string
	{
	return take(varying_count());
	}

# A context handle (C706 section 14.3.11.4).
function handle(): string
	{
	return take(20);
	}

# A context handle of a stub without counts: its attributes are reserved, and sealed stubs have anything there.
function reserved_handle(): string
	{
	local read = take(20);

	if ( bytestring_to_count(sub_bytes(read, 1, 4), is_little_endian) > {{ max_handle_attributes }} )
		fail();

	return read;
	}

# A GUID (MS-DTYP section 2.3.4) in its usual form.
function guid_of(octets: string, is_little: bool): string
	{
	if ( is_little || |octets| != 16 )
		return uuid_to_string(octets);

	local digits = bytestring_to_hexstr(octets);
	return fmt("%s-%s-%s-%s-%s", digits[0:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]);
	}

function guid(): string
	{
	return guid_of(take(16), is_little_endian);
	}

# The days of the months before a month, in years that are no leap years.
const days_before_month = vector(0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334);

# A FILETIME (MS-DTYP section 2.3.3), 100 nanoseconds since 1601, as ISO 8601 writes it.
function file_time(): string
	{
	local low = number(4);
	local ticks = number(4) * 0x100000000 + low;
	local seconds = ticks / 10000000;
	local days = seconds / 86400;
	# The calendar repeats itself every 400 years, the first of which began in 1601.
	local day = days % 146097;
	local century = day == 146096 ? 3 : day / 36524;
	day = day - century * 36524;
	local four_years = day / 1461;
	day = day % 1461;
	local year = day == 1460 ? 3 : day / 365;
	day = day - year * 365;
	local is_leap = year == 3 && (four_years != 24 || century == 3);
	year = 1601 + days / 146097 * 400 + century * 100 + four_years * 4 + year;
	local month = 12;

	while ( day < days_before_month[month - 1] + (is_leap && month > 2 ? 1 : 0) )
		--month;

	day = day - days_before_month[month - 1] - (is_leap && month > 2 ? 1 : 0);
	local fraction = "";

	if ( ticks % 10000000 != 0 )
		{
		fraction = fmt(".%09d", ticks % 10000000 * 100);

		while ( ends_with(fraction, "000") )
			fraction = sub_bytes(fraction, 1, |fraction| - 3);
		}

	return fmt("%s%04d-%02d-%02dT%02d:%02d:%02d%sZ", year > 9999 ? "+" : "", year, month, day + 1, seconds / 3600 % 24,
	           seconds / 60 % 60, seconds % 60, fraction);
	}

# An IPv4 address in an integer, the first octet on top.
function address(): addr
	{
	return count_to_v4_addr(number(4));
	}

# An RPC_SID (MS-DTYP section 2.4.2.3) in its usual form.
function sid(): string
	{
	local count_ = number(word);

	if ( count_ > 15 )
		{
		fail();
		return "";
		}

	local octets = take(8 + 4 * count_);

	if ( bytestring_to_count(sub_bytes(octets, 1, 1)) != 1 || bytestring_to_count(sub_bytes(octets, 2, 1)) != count_ )
		{
		fail();
		return "";
		}

	local authority = bytestring_to_count(sub_bytes(octets, 3, 6));
	local written = authority > 0xffffffff ? fmt("S-1-0x%012x", authority) : fmt("S-1-%d", authority);
	local place = 9;

	while ( place < |octets| )
		{
		written += fmt("-%d", bytestring_to_count(sub_bytes(octets, place, 4), is_little_endian));
		place += 4;
		}

	return written;
	}

# A little-endian integer of an activation's properties.
function property_number(properties: string, place: count): count
	{
	return bytestring_to_count(sub_bytes(properties, place + 1, 4), T);
	}

# The class that the properties of an activation ask for (MS-DCOM sections 2.2.18.6 and 2.2.22), or none.
function class_of(properties: string): string_vec
	{
	local size = |properties|;

	if ( size < 36 || sub_bytes(properties, 1, 4) != "MEOW" )
		return vector();

	# Behind the header of the OBJREF_CUSTOM.
	local start = 56;

	if ( size < start + 36 )
		return vector();

	local property = start + property_number(properties, start + 20);
	local count_ = property_number(properties, start + 32);
	local classes = start + 68;
	local sizes = classes + 16 * count_ + 4;

	if ( sizes > size + 4 )
		return vector();

	local listed = 0;

	while ( listed < count_ )
		{
		if ( sub_bytes(properties, classes + 16 * listed + 1, 16) == {{ instantiation_info }} )
			{
			if ( property + 32 > size )
				return vector();

			return vector(guid_of(sub_bytes(properties, property + 17, 16), T));
			}

		if ( sizes + 4 * listed + 4 > size )
			return vector();

		property += property_number(properties, sizes + 4 * listed);
		++listed;
		}

	return vector();
	}

# The class in an MInterfacePointer with the properties of an activation, or none.
function activated_class(): string_vec
	{
	local count_ = number(word);

	if ( number(4) != count_ )
		fail();

	return class_of(take(count_));
	}

# An array of so many elements, two of which begin a stride apart; the last one has a size of its own.
function elements(count_: count, stride: count, size: count): Elements
	{
	local first = at;

	if ( count_ > {{ max_elements }} )
		fail();
	else if ( count_ > 0 )
		at += (count_ - 1) * stride + size;

	if ( failed() )
		count_ = 0;

	return Elements($count_=count_, $number=0, $first=first, $stride=stride, $behind=at);
	}

# Move to the next element.
function to_next_element(array: Elements)
	{
	array$behind = at;
	at = array$first + array$number * array$stride;
	++array$number;
	}

# Move to what the element points to.
function behind_elements(array: Elements)
	{
	if ( ! failed() )
		at = array$behind;
	}

@endif
