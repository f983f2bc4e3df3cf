#!/usr/bin/env bash
# `in` never finds a text that has a NUL octet, such as one in UTF-16, and a pattern does.
#
# Tool: Zeek 8.0.10 on PATH. Without Zeek, the script says so and exits with 0.
# Expected: `needle in text` for two strings is whether one is part of the other, as the reference says. Strings may have any octets.
# Behaviour: the needle is taken for a C string. One with a NUL octet is an error in reporter.log for each comparison, and the
# answer is F, even for a string in itself. `strstr` and patterns find it; octets before and behind a NUL are found in the text.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# An event, since errors in zeek_init are fatal.
cat >look.zeek <<'ZEEK'
event look()
	{
	# "\\cmd" as RPC requests carry it.
	local stub = "\x5c\x00c\x00m\x00d\x00";
	local needle = "c\x00m\x00d";
	print "in", needle in stub, stub in stub;
	print "strstr", strstr(stub, needle);
	print "pattern", /c\x00m\x00d/ in stub;
	print "one octet", "d" in stub;
	}

event zeek_init()
	{
	schedule 0sec { look() };
	}
ZEEK

zeek look.zeek 2>errors | tee seen

diff seen - <<'SEEN'
in, F, F
strstr, 3
pattern, T
one octet, T
SEEN
[[ $(grep -c 'string with embedded NUL' errors) == 2 ]]
