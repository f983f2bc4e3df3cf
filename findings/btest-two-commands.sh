#!/usr/bin/env bash
# btest.cfg: of two commands in backticks within one value, the text between them is run instead.
#
# Tool: btest 1.3.
# Expected: a value's commands in backticks are each replaced by their output, as in a shell.
# Behaviour: everything from the first backtick to the last goes to the shell as one command. The inner backticks then
# enclose the text between the two commands, so the shell runs that text. Here it is a colon, the command that does
# nothing: it vanishes, and the second command's words are text. The test runs with the wrong value.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check btest==1.3

mkdir "$work/tests"
cd "$work"
cat >btest.cfg <<'CONFIGURATION'
[btest]
TestDirs = tests
TmpDir = %(testbase)s/.tmp
BaselineDir = %(testbase)s/Baseline

[environment]
ADDRESS = `echo host`:`echo port`
CONFIGURATION
echo '# @TEST-EXEC: echo "$ADDRESS" >../../seen' >tests/address.test
PATH=$work/venv/bin:$PATH btest --quiet
cat seen

diff seen - <<'SEEN'
hostecho port
SEEN
