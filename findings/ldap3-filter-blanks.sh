#!/usr/bin/env bash
# ldap3 takes the blanks off the values of a filter.
#
# Tool: ldap3 2.9.1.
# Expected: what stands between `=` and `)` in an LDAP filter is the value, blanks included (RFC 4515 section 3).
# Behaviour: ldap3 drops blanks at both ends of a value before it makes the request. A server, and Zeek's
# ldap_search.log, see another filter than the author of the client wrote: a rule on the blank never matches. Blanks
# within a value stay. Written as `\20`, which RFC 4515 allows for every octet, they stay at the ends, too.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ldap3==2.9.1

"$work/venv/bin/python" - <<'PYTHON' | tee "$work/seen"
from ldap3 import MOCK_SYNC, Connection, Server

connection = Connection(Server("example"), client_strategy=MOCK_SYNC)
connection.bind()
for wanted in [r"(cn= admin )", r"(cn= admin* )", r"(cn=two words)", r"(cn=\20admin\20)"]:
    connection.search("dc=example,dc=org", wanted)
    print(wanted, "is sent as", connection.request["filter"])
PYTHON

diff "$work/seen" - <<'SEEN'
(cn= admin ) is sent as (cn=admin)
(cn= admin* ) is sent as (cn=admin*)
(cn=two words) is sent as (cn=two words)
(cn=\20admin\20) is sent as (cn= admin )
SEEN
