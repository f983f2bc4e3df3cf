#!/usr/bin/env bash
# impacket aligns RPC arguments with octets that are not zero.
#
# Tool: impacket 0.13.1.
# Expected: the octets that bring an NDR argument to its alignment are zero. C706 section 14.2.2 leaves their value open.
# Behaviour: impacket fills them with BF, so a pattern over a stub that has `\x00\x00` there misses impacket's requests.
# Here `lpDisplayName` is five characters with its terminator, ten octets; two octets align the integer behind it.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check impacket==0.13.1

"$work/venv/bin/python" - <<'PYTHON' | tee "$work/seen"
from impacket.dcerpc.v5 import scmr
from impacket.dcerpc.v5.ndr import NULL

request = scmr.RCreateServiceW()
request["hSCManager"] = bytes(20)
request["lpServiceName"] = "abc\0"
request["lpDisplayName"] = "abcd\0"
request["dwDesiredAccess"] = scmr.SERVICE_ALL_ACCESS
request["dwServiceType"] = scmr.SERVICE_WIN32_OWN_PROCESS
request["dwStartType"] = scmr.SERVICE_DEMAND_START
request["dwErrorControl"] = scmr.SERVICE_ERROR_IGNORE
request["lpBinaryPathName"] = "C:\\abc\0"
request["lpLoadOrderGroup"] = NULL
request["lpdwTagId"] = NULL
request["lpDependencies"] = NULL
request["dwDependSize"] = 0
request["lpServiceStartName"] = NULL
request["lpPassword"] = NULL
request["dwPwSize"] = 0

stub = request.getData()
name = "abcd\0".encode("utf-16-le")
after_name = stub.index(name) + len(name)
alignment = -after_name % 4
print("name ends at octet", after_name)
print("alignment", stub[after_name : after_name + alignment].hex(" "))
print("dwDesiredAccess", stub[after_name + alignment : after_name + alignment + 4].hex(" "))
PYTHON

diff "$work/seen" - <<'SEEN'
name ends at octet 66
alignment bf bf
dwDesiredAccess ff 01 0f 00
SEEN
