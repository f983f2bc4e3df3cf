#!/usr/bin/env bash
# impacket encodes the same RPC request in other octets each time.
#
# Tool: impacket 0.13.1.
# Expected: two requests with the same arguments have the same stub, as those of Windows do, which counts its referents from 00 00 02 00.
# Behaviour: the referent of each pointer is drawn at random, so that neither a hash of the stub nor a pattern over the referent
# recognises the request. Whatever is not a pointer stays as it is.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check impacket==0.13.1

"$work/venv/bin/python" - <<'PYTHON' | tee "$work/seen"
from impacket.dcerpc.v5 import srvs


def stub():
    request = srvs.NetrShareEnum()
    request["ServerName"] = "host\0"
    request["PreferedMaximumLength"] = 0xFFFFFFFF
    request["InfoStruct"]["Level"] = 1
    request["InfoStruct"]["ShareInfo"]["tag"] = 1
    request["InfoStruct"]["ShareInfo"]["Level1"]["Buffer"] = srvs.NULL
    return request.getData()


stubs = [stub() for _ in range(100)]
print("lengths", {len(stub) for stub in stubs})
print("different stubs:", len(set(stubs)) > 90)
first = [stub[:4] for stub in stubs]
print("the first referent is that of Windows in", first.count(b"\x00\x00\x02\x00"))
print("different behind the first referent, too:", len({stub[4:] for stub in stubs}) > 90)
PYTHON

diff "$work/seen" - <<'SEEN'
lengths {60}
different stubs: True
the first referent is that of Windows in 0
different behind the first referent, too: True
SEEN
