#!/usr/bin/env bash
# ZAM warns of an underflow in a branch that is never taken.
#
# Tool: Zeek 8.0.10 on PATH. Without Zeek, the script says so and exits with 0.
# Expected: the subtraction stands behind a test that keeps it from running; nothing is said of it.
# Behaviour: `zeek -O ZAM` puts the function into its caller, computes the constants of the branch that cannot be taken, and prints
# an expression warning of an underflow when it starts. The result is right. Interpreted, the script is silent.
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
global place = 0;

function advance(octets: count)
	{
	if ( octets > 1 )
		place = place + (octets - 2);
	}

event zeek_init()
	{
	advance(1);
	print place;
	}
ZEEK

{
    echo 'interpreted:'
    zeek --bare-mode example.zeek
    echo 'compiled:'
    zeek --bare-mode -O ZAM example.zeek
} 2>&1 | tee seen

diff seen - <<'SEEN'
interpreted:
0
compiled:
expression warning in ./example.zeek, line 6: count underflow ((1 - 2))
0
SEEN
