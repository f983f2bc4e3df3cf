#!/usr/bin/env bash
# The rows of Zeek's script profile have a cell more than its header has columns.
#
# Tool: Zeek 8.0.10 on PATH; 7.0.11 and 9.0.0-rc1 do the same. Without Zeek, the script says so and exits with 0.
# Expected: the file that --profile-scripts writes begins with #fields and #types as Zeek's TSV logs do, so a row has a cell for
# each of the fields, and readers of Zeek's logs take it.
# Behaviour: a row of one function at one place has an empty cell behind its last number; rows that sum up several places have as
# many cells as the header. With --profile-script-call-stacks, the header's last four columns therefore stand one cell to the left
# of what they name, in these rows alone.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/example.zeek" <<'ZEEK'
function answer(): count
	{
	return 42;
	}

event zeek_init()
	{
	local ignored = answer();
	}
ZEEK

columns() {
    awk -F '\t' '
        /^#fields/ { header = NF - 1 }
        $1 == "answer" { print "columns " header ", cells " NF }
    ' "$1"
}

{
    zeek --bare-mode --profile-scripts="$work/plain" "$work/example.zeek"
    echo "plain:            $(columns "$work/plain")"
    zeek --bare-mode --profile-scripts="$work/stacks" --profile-script-call-stacks "$work/example.zeek"
    echo "with call stacks: $(columns "$work/stacks")"
    awk -F '\t' '$1 == "answer" { print "in the column stacks: \"" $9 "\", beside it: \"" $10 "\"" }' "$work/stacks"
} | tee "$work/seen"

diff "$work/seen" - <<'SEEN'
plain:            columns 8, cells 9
with call stacks: columns 12, cells 13
in the column stacks: "", beside it: "answer;zeek_init"
SEEN
