#!/usr/bin/env bash
# zeek-format breaks a line between an interval's number and its unit, and Zeek refuses the file.
#
# Tool: zeekscript 1.3.6 (command zeek-format; Zeek's package repositories run it as a pre-commit hook). Where zeek is on
# PATH, it judges both files, too.
# Expected: the formatted script means what it did. `3600sec` is one constant of Zeek's language.
# Behaviour: the formatter takes number and unit for two words. Where the line is full after the number, it puts the unit
# on the next line, reports no error and exits with 0. Zeek refuses the result. `3600 sec`, with a blank, is split at the
# same place. The way out is a constant that is declared on a short line of its own.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check zeekscript==1.3.6

cat >"$work/original.zeek" <<'ZEEK'
const the_first_interval_of_the_example = 1sec;
const intervals_of_the_example = vector(the_first_interval_of_the_example, 3600sec);
ZEEK
cp "$work/original.zeek" "$work/formatted.zeek"
"$work/venv/bin/zeek-format" --inplace "$work/formatted.zeek"
tee "$work/seen" <"$work/formatted.zeek"

diff "$work/seen" - <<'SEEN'
const the_first_interval_of_the_example = 1sec;
const intervals_of_the_example = vector(the_first_interval_of_the_example, 3600
    sec);
SEEN

if command -v zeek >/dev/null; then
    zeek --parse-only "$work/original.zeek"
    if zeek --parse-only "$work/formatted.zeek" 2>"$work/refusal"; then
        echo "Zeek takes the formatted file"
        exit 1
    fi
    grep --only-matching 'syntax error.*' "$work/refusal"
fi
