#!/usr/bin/env bash
# pySigma converts a number above 2^53 as another number.
#
# Tools: pySigma 1.5.1, pySigma-backend-splunk 2.1.0, sigma-cli 3.1.0.
# Expected: the integers of a rule stand in the query as they are. Zeek's `count` goes to 2^64-1, and Python's integers
# have no bound.
# Behaviour: every number passes through a float. The first that is lost is 2^53+1: the rule asks for an odd number, the
# query for the even one below it. 2^64-1 becomes 2^64, in a form with an exponent. Nothing is said.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    pysigma==1.5.1 pysigma-backend-splunk==2.1.0 sigma-cli==3.1.0

for number in 4294967297 9007199254740993 18446744073709551615; do
    cat >"$work/rule.yml" <<RULE
title: Example
logsource:
    product: zeek
    service: conn
detection:
    selection:
        orig_bytes: $number
    condition: selection
RULE
    "$work/venv/bin/sigma" convert --target splunk --without-pipeline "$work/rule.yml" 2>>"$work/messages"
done | tee "$work/seen"

diff "$work/seen" - <<'SEEN'
orig_bytes=4294967297
orig_bytes=9007199254740992.0
orig_bytes=1.8446744073709552e+19
SEEN
