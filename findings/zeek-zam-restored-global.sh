#!/usr/bin/env bash
# A global that one branch puts back keeps the value of the other branch where ZAM compiles the script.
#
# Tool: Zeek 8.0.10 on PATH; 7.0.11 does the same, 9.0.0-rc1 does not. Without Zeek, the script says so and exits with 0.
# Expected: a function remembers a global, calls what moves it on, and puts it back in the branch that is taken. Compiling the
# script with `-O ZAM` changes nothing but its speed.
# Behaviour: compiled, the function answers with the value that the branch not taken assigns. Where both branches assign to a local
# variable and the global is assigned once behind them, it answers right. There is no message.
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

# Goes on by two, and says what it read.
function read_number(): count
	{
	place += 2;
	return 5;
	}

# Looks at what comes next without going on; what is more than 6 ends it.
function peek(): count
	{
	local before = place;

	if ( read_number() > 6 )
		place = 100;
	else
		place = before;

	return place;
	}

# The same with one assignment.
function peek_assigning_once(): count
	{
	local after = place;

	if ( read_number() > 6 )
		after = 100;

	place = after;
	return place;
	}

event zeek_init()
	{
	local first = peek();
	place = 1;
	local second = peek_assigning_once();
	print fmt("assigned in both branches: %s, once: %s", first, second);
	}
ZEEK

{
    echo "interpreted: $(zeek --bare-mode "$work/example.zeek")"
    echo "compiled:    $(zeek --bare-mode -O ZAM "$work/example.zeek")"
} | tee "$work/seen"

diff "$work/seen" - <<'SEEN'
interpreted: assigned in both branches: 1, once: 1
compiled:    assigned in both branches: 100, once: 1
SEEN
