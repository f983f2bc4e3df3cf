#!/usr/bin/env bash
# Split at one place, a string loses what is behind it; split at two, nothing.
#
# Tool: Zeek 8.0.10 on PATH. Without Zeek, the script says so and exits with 0.
# Expected: the pieces that `str_split_indices` returns make up the string again, whatever the number of cutting points.
# Behaviour: with a single cutting point the second of the two pieces is empty, without a message. The reference does not say so.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >split.zeek <<'ZEEK'
event zeek_init()
	{
	print join_string_vec(str_split_indices("DOMAINuser", vector(6)), "|");
	print join_string_vec(str_split_indices("DOMAINuser", vector(6, 8)), "|");
	}
ZEEK

zeek split.zeek 2>&1 | tee seen

diff seen - <<'SEEN'
DOMAIN|
DOMAIN|us|er
SEEN
