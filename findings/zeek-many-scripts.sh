#!/usr/bin/env bash
# Zeek takes more than three times as long to load twice as many scripts.
#
# Tool: Zeek 8.0.10 on PATH; 9.0.0-rc1 does the same. Without Zeek, the script says so and exits with 0.
# Expected: a script that holds nothing but its module costs its own opening and parsing, however many there are.
# Behaviour: @load compares the path of the script with the paths of all that were loaded before, one after the other. 10,000 empty
# scripts take seconds of CPU, and half as many less than a third of that; the same lines in one file take next to nothing. The longer
# the paths have in common, the longer each comparison takes: packages that zkg installs lie deep.
# Output seen: see below. The times are bounds with much room, since they depend on the machine; the shares do not.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A package of so many scripts, in a folder as deep as zkg's.
package() {
    local folder="$work/opt/zeek/share/zeek/site/packages/detections-of-a-site-$1/scripts/rules"
    mkdir -p "$folder"
    for ((number = 10000; number < 10000 + $1; number++)); do
        echo "module Site;" >"$folder/rule-$number.zeek"
        echo "@load ./rule-$number"
    done >"$folder/__load__.zeek"
    echo "$folder"
}

# Hundredths of a second of CPU to start, the least of three.
cpu() {
    for _ in 1 2 3; do
        { TIMEFORMAT='%U %S'; time zeek --bare-mode "$1" "$work/end.zeek" >/dev/null 2>&1; } 2>&1
    done | awk '{ sum = ($1 + $2) * 100; if (!least || sum < least) least = sum } END { printf "%d", least }'
}

echo 'event zeek_init() { terminate(); }' >"$work/end.zeek"
few=$(package 5000)
many=$(package 10000)
cat "$many"/rule-*.zeek >"$work/all.zeek"

one=$(cpu "$work/all.zeek")
half=$(($(cpu "$few") - one))
whole=$(($(cpu "$many") - one))
echo "hundredths of a second beyond one file of all: 5,000 scripts $half, 10,000 scripts $whole"

{
    echo "10,000 scripts take more than 1 second beyond one file of all: $((whole > 100 ? 1 : 0))"
    echo "twice as many take more than 3 times as long: $((whole > 3 * half ? 1 : 0))"
} | diff - <(printf '%s\n' \
    "10,000 scripts take more than 1 second beyond one file of all: 1" \
    "twice as many take more than 3 times as long: 1")
