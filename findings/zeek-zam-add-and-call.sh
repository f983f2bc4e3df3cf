#!/usr/bin/env bash
# What a function adds to a global is lost in `global += function()` of Zeek, unless ZAM compiles the script.
#
# Tool: Zeek 8.0.10 on PATH. Without Zeek, the script says so and exits with 0.
# Expected: `n += f()` and `n = f() + n` give one sum, and compiling the script with `-O ZAM` changes nothing but its speed.
# Behaviour: interpreted, `n += f()` and `n = n + f()` take n as it was before the call, so what f adds to it is lost. Compiled,
# n is read after the call, and nothing is lost: the same script prints other numbers. There is no message.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/example.zeek" <<'ZEEK'
global place = 1;

# Goes on by ten, and says how many more.
function skip(): count
	{
	place += 10;
	return 5;
	}

event zeek_init()
	{
	place += skip();
	local added = place;
	place = 1;
	place = place + skip();
	local summed = place;
	place = 1;
	place = skip() + place;
	print fmt("place += skip(): %s, place + skip(): %s, skip() + place: %s", added, summed, place);
	}
ZEEK

{
    echo "interpreted: $(zeek --bare-mode "$work/example.zeek")"
    echo "compiled:    $(zeek --bare-mode -O ZAM "$work/example.zeek")"
} | tee "$work/seen"

diff "$work/seen" - <<'SEEN'
interpreted: place += skip(): 6, place + skip(): 6, skip() + place: 16
compiled:    place += skip(): 16, place + skip(): 16, skip() + place: 16
SEEN
