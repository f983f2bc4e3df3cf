#!/usr/bin/env bash
# Compiled with ZAM, Zeek's `if ( text in table )` is never true for a table of patterns.
#
# Tool: Zeek 8.0.10 on PATH. Without Zeek, the script says so and exits with 0.
# Expected: `zeek -O ZAM` compiles scripts, which makes them faster and changes nothing else. `text in table` asks whether
# a pattern of a table[pattern] matches the text, and `table[text]` gives the values of those that do.
# Behaviour: as a condition of `if`, the test is false in a compiled script, whatever the text. There is no message. The
# look-up in the same table works, and so does the test where its value is assigned first.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/example.zeek" <<'ZEEK'
global words: table[pattern] of count = { [/admin/] = 1, [/guest/] = 2 };

function in_condition(text: string): bool
	{
	if ( text in words )
		return T;
	return F;
	}

function assigned(text: string): bool
	{
	local is_in = text in words;
	return is_in;
	}

function values(text: string): vector of count
	{
	return words[text];
	}

event zeek_init()
	{
	print fmt("condition %s, assigned %s, values %s", in_condition("admin"), assigned("admin"), values("admin"));
	}
ZEEK

{
    echo "interpreted: $(zeek --bare-mode "$work/example.zeek")"
    echo "compiled:    $(zeek --bare-mode -O ZAM "$work/example.zeek")"
} | tee "$work/seen"

diff "$work/seen" - <<'SEEN'
interpreted: condition T, assigned T, values [1]
compiled:    condition F, assigned T, values [1]
SEEN
