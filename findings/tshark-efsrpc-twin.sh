#!/usr/bin/env bash
# tshark knows one of EFSRPC's two interfaces, so its filter `efs` misses calls to the other.
#
# Tools: tshark 4.0.17 (Debian), scapy 2.8.0, which writes the capture. Without tshark, the script says so and exits with 0.
# Expected: MS-EFSR section 1.9 gives the protocol two interface UUIDs, one for the pipe lsarpc and one for the pipe
# efsrpc, with the same operations. A dissector, and a display filter named after the protocol, cover both.
# Behaviour: opnum 4 of c681d488-… is shown as EfsRpcEncryptFileSrv; the same call of df1941c5-… is shown as bare DCERPC
# with a UUID, and `efs` does not match it. `dcerpc.opnum == 4` matches both.
# Output seen: see below.
set -euo pipefail

if ! command -v tshark >/dev/null; then
    echo "skipped: tshark is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check scapy==2.8.0

"$work/venv/bin/python" - "$work/calls.pcap" <<'PYTHON'
import logging
import sys
from uuid import UUID

logging.getLogger("scapy").setLevel(logging.CRITICAL)
from scapy.all import IP, TCP, Ether, Raw, wrpcap
from scapy.layers.dcerpc import (
    DceRpc5,
    DceRpc5AbstractSyntax,
    DceRpc5Bind,
    DceRpc5Context,
    DceRpc5Request,
    DceRpc5TransferSyntax,
)

NDR = UUID("8a885d04-1ceb-11c9-9fe8-08002b104860")


def call(port, interface):
    syntax = DceRpc5TransferSyntax(if_uuid=NDR, if_version=2)
    context = DceRpc5Context(
        cont_id=0,
        abstract_syntax=DceRpc5AbstractSyntax(if_uuid=UUID(interface), if_version=1),
        transfer_syntaxes=[syntax],
    )
    sequence = 1
    for pdu in (
        DceRpc5(call_id=1) / DceRpc5Bind(context_elem=[context]),
        DceRpc5(call_id=2) / DceRpc5Request(cont_id=0, opnum=4) / Raw(bytes(24)),
    ):
        segment = TCP(sport=port, dport=49152, seq=sequence, ack=1, flags="PA")
        yield Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(src="192.0.2.1", dst="192.0.2.2") / segment / pdu
        sequence += len(bytes(pdu))


wrpcap(
    sys.argv[1],
    [
        *call(40001, "c681d488-d850-11d0-8c52-00c04fd90f7e"),
        *call(40002, "df1941c5-fe89-4e79-bf10-463657acf44d"),
    ],
)
PYTHON

for filter in 'efs' 'dcerpc.opnum == 4'; do
    echo "filter $filter:"
    tshark -r "$work/calls.pcap" -Y "$filter" -T fields -e tcp.srcport -e _ws.col.Info 2>>"$work/messages"
done | tee "$work/seen"

diff "$work/seen" - <<'SEEN'
filter efs:
40001	EfsRpcEncryptFileSrv request[Long frame (12 bytes)]
filter dcerpc.opnum == 4:
40001	EfsRpcEncryptFileSrv request[Long frame (12 bytes)]
40002	Request: call_id: 2, Fragment: Single, opnum: 4, Ctx: 0 df1941c5-fe89-4e79-bf10-463657acf44d V1
SEEN
