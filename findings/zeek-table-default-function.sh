#!/usr/bin/env bash
# A table whose default is a function that comes behind it in the script does not start in Zeek 9.0.
#
# Tool: Zeek 8.0.10 on PATH and, where $ZEEK_9 names one, Zeek 9.0.0-rc1. Without Zeek, the script says so and exits with 0.
# Expected: functions of a script can be declared first and defined behind their use, in `&default`, too, as Zeek 7.0.11 and
# 8.0.10 have it: the default is asked for when an entry is missing.
# Behaviour: Zeek 9.0.0-rc1 looks at the default as it makes the table, finds no value, and ends before it has read a packet. With
# the table behind the function it starts.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/example.zeek" <<'ZEEK'
global first_seen: function(host: addr): count;

global hosts: table[addr] of count &default=first_seen;

function first_seen(host: addr): count
	{
	return 7;
	}

event zeek_init()
	{
	print hosts[192.0.2.1];
	}
ZEEK

said() {
    "$1" --bare-mode "$work/example.zeek" 2>&1 | sed -E 's/^(expression )?error in [^:]*: //' || true
}

echo "8.0: $(said zeek)" | tee "$work/seen"
diff "$work/seen" - <<'SEEN'
8.0: 7
SEEN

if [[ -n ${ZEEK_9:-} ]]; then
    echo "9.0: $(said "$ZEEK_9")" | tee "$work/seen"
    diff "$work/seen" - <<'SEEN'
9.0: value used but not set (first_seen)
initialization failed (hosts)
SEEN
fi
