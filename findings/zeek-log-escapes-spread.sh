#!/usr/bin/env bash
# One control character in a value makes Zeek's logs write every non-ASCII character of that value in hexadecimal.
#
# Tool: Zeek 8.0.10 on PATH. Without Zeek, the script says so and exits with 0.
# Expected: a log writer escapes the characters that need it and leaves the others. "café" reads the same in every record,
# so a search for it finds every record that has it.
# Behaviour: the value is checked as a whole. With an octet 01 anywhere in it, é, too, is written as \xc3\xa9. A tab has no
# such effect. In JSON the result cannot be told from a value that has the eight characters \xc3\xa9.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >example.zeek <<'ZEEK'
module Example;

export {
	redef enum Log::ID += { LOG };

	type Info: record {
		word: string &log;
	};
}

event zeek_init()
	{
	Log::create_stream(LOG, [$columns=Info, $path="example"]);
	for ( _, word in vector("caf\xc3\xa9", "caf\xc3\xa9\x09", "caf\xc3\xa9\x01", "caf\\xc3\\xa9\\x01") )
		Log::write(LOG, [$word=word]);
	}
ZEEK
{
    zeek -b base/frameworks/logging/writers/ascii.zeek base/frameworks/logging/main.zeek example.zeek
    zeek-cut word <example.log
    zeek -b base/frameworks/logging/main.zeek example.zeek LogAscii::use_json=T
    cat example.log
} | tee seen

diff seen - <<'SEEN'
café
café\x09
caf\xc3\xa9\x01
caf\\xc3\\xa9\\x01
{"word":"café"}
{"word":"café\t"}
{"word":"caf\\xc3\\xa9\\x01"}
{"word":"caf\\xc3\\xa9\\x01"}
SEEN
