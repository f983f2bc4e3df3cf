#!/usr/bin/env bash
# Zeek reads the interface UUID of a big-endian DCE-RPC client with swapped bytes, so the call has no name.
#
# Tools: Zeek 8.0.10 on PATH, scapy 2.8.0, which writes the capture. Without Zeek, the script says so and exits with 0.
# Expected: a DCE-RPC client states its byte order in each PDU (C706 section 12.6, the data representation label). The same
# call by a little-endian and by a big-endian client names the same interface, 367abb81-9844-35f1-ad32-98f038001003
# (svcctl), and dce_rpc.log has the same endpoint and operation for both.
# Behaviour: Zeek takes the opnum in the client's byte order, but the first three fields of the UUID always as
# little-endian. The big-endian client's interface is then one that nobody knows. tshark names both.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
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
    DceRpc5BindAck,
    DceRpc5Context,
    DceRpc5PortAny,
    DceRpc5Request,
    DceRpc5Response,
    DceRpc5Result,
    DceRpc5TransferSyntax,
)

SVCCTL = UUID("367abb81-9844-35f1-ad32-98f038001003")
NDR = UUID("8a885d04-1ceb-11c9-9fe8-08002b104860")
OPEN_SC_MANAGER = 15


def conversation(port, order):
    syntax = DceRpc5TransferSyntax(if_uuid=NDR, if_version=2)
    context = DceRpc5Context(
        cont_id=0,
        abstract_syntax=DceRpc5AbstractSyntax(if_uuid=SVCCTL, if_version=2),
        transfer_syntaxes=[syntax],
    )
    accepted = DceRpc5Result(result=0, transfer_syntax=syntax)
    sent = {True: 0, False: 0}
    for is_client, flags, pdu in (
        (True, "S", None),
        (False, "SA", None),
        (True, "A", None),
        (True, "PA", DceRpc5(endian=order, call_id=1) / DceRpc5Bind(context_elem=[context])),
        (
            False,
            "PA",
            DceRpc5(call_id=1)
            / DceRpc5BindAck(sec_addr=DceRpc5PortAny(port_spec=b"49152"), results=[accepted]),
        ),
        (
            True,
            "PA",
            DceRpc5(endian=order, call_id=2)
            / DceRpc5Request(cont_id=0, opnum=OPEN_SC_MANAGER)
            / Raw(bytes(24)),
        ),
        (False, "PA", DceRpc5(call_id=2) / DceRpc5Response(cont_id=0) / Raw(bytes(24))),
        (True, "FA", None),
        (False, "FA", None),
        (True, "A", None),
    ):
        client, server = ("192.0.2.1", port), ("192.0.2.2", 49152)
        source, target = (client, server) if is_client else (server, client)
        packet = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
        packet /= IP(src=source[0], dst=target[0])
        packet /= TCP(
            sport=source[1],
            dport=target[1],
            seq=1000 + sent[is_client],
            ack=1000 + sent[not is_client],
            flags=flags,
        )
        data = bytes(pdu) if pdu else b""
        sent[is_client] += len(data) + ("S" in flags or "F" in flags)
        yield packet / Raw(data) if data else packet


packets = [*conversation(40001, "little"), *conversation(40002, "big")]
for number, packet in enumerate(packets):
    packet.time = 1700000000 + number / 100
wrpcap(sys.argv[1], packets)
PYTHON

cd "$work"
zeek -C -r calls.pcap base/protocols/dce-rpc
zeek-cut id.orig_p endpoint operation <dce_rpc.log | tee seen

diff seen - <<'SEEN'
40001	svcctl	OpenSCManagerW
40002	unknown-81bb7a36-4498-f135-ad32-98f038001003	unknown-15
SEEN
