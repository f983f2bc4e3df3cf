#!/usr/bin/env bash
# zat reads an unset column of a Zeek log as 0 or False.
#
# Tool: zat 0.4.9 (zat.zeek_log_reader).
# Expected: the hyphen by which Zeek writes that a column is not set comes back as None, so that a response without
# `status_code` differs from one with status 0, and "not known" from "no".
# Behaviour: the hyphen becomes the zero of the column's type: 0, False, an interval of 0, though a string's stays `-`.
# The package's other reader, log_to_dataframe, does tell them apart.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check zat==0.4.9

{
    printf '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\texample\n'
    printf '#fields\tts\tstatus_code\testablished\tduration\tmethod\n'
    printf '#types\ttime\tcount\tbool\tinterval\tstring\n'
    printf '1700000000.000000\t-\t-\t-\t-\n'
    printf '1700000000.000000\t0\tF\t0.000000\tGET\n'
} >"$work/example.log"

"$work/venv/bin/python" - "$work/example.log" <<'PYTHON' | grep '^row' | tee "$work/seen"
import sys

from zat.zeek_log_reader import ZeekLogReader

for row in ZeekLogReader(sys.argv[1]).readrows():
    print("row", {name: value for name, value in row.items() if name != "ts"})
PYTHON

diff "$work/seen" - <<'SEEN'
row {'status_code': 0, 'established': False, 'duration': datetime.timedelta(0), 'method': '-'}
row {'status_code': 0, 'established': False, 'duration': datetime.timedelta(0), 'method': 'GET'}
SEEN
