#!/usr/bin/env bash
# tshark reads the wrong arm of a union in NDR64, the transfer syntax between 64-bit Windows hosts.
#
# Tools: tshark 4.0.17 (Debian), scapy 2.8.0, which writes the capture. Without tshark, the script says so and exits with 0.
# Expected: tshark dissects NDR64: it names the transfer syntax, and reads 8-octet counts and referents. The same answer to
# NetrSessionEnum (MS-SRVS section 3.1.4.5), level 10, shows the session's client in NDR and in NDR64.
# Behaviour: in NDR64 the arm of level 0 is shown, with the discriminant, 10, as the referent of its pointer: the octets that
# align the arm (MS-RPCE section 2.2.5.3.4.4) and the discriminant are not taken into account. The client is nowhere.
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

"$work/venv/bin/python" - "$work" <<'PYTHON'
import logging
import struct
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
    DceRpc5Response,
    DceRpc5TransferSyntax,
)

SRVSVC = UUID("4b324fc8-1670-01d3-1278-5a47bf6ee188")
SYNTAXES = {
    "ndr": (4, UUID("8a885d04-1ceb-11c9-9fe8-08002b104860"), 2),
    "ndr64": (8, UUID("71710533-beba-4937-8319-b5dbef9ccc36"), 1),
}


class Stub(bytearray):
    """A stub whose counts and referents have that many octets."""

    def __init__(self, word):
        self.word_length = word

    def number(self, length, *values):
        for value in values:
            self.extend(bytes(-len(self) % length))
            self.extend(struct.pack({4: "<I", 8: "<Q"}[length], value))

    def words(self, *values):
        self.number(self.word_length, *values)

    def text(self, text):
        encoded = (text + "\0").encode("utf-16-le")
        self.words(len(encoded) // 2, 0, len(encoded) // 2)
        self.extend(encoded)

    def align(self):
        self.extend(bytes(-len(self) % self.word_length))


def sessions(word):
    stub = Stub(word)
    # The level, and the union: NDR64 aligns it, and its arm, to the pointer in it.
    stub.number(4, 10)
    stub.align()
    stub.number(4, 10)
    stub.words(0x20000)
    # One session: client, user, two times.
    stub.number(4, 1)
    stub.words(0x20004, 1, 0x20008, 0x2000C)
    stub.number(4, 0, 0)
    stub.text("\\\\192.0.2.1")
    stub.text("alice")
    # The total, no resume handle, success.
    stub.number(4, 1)
    stub.words(0)
    stub.number(4, 0)
    return bytes(stub)


def question(word):
    stub = Stub(word)
    # No server, client or user; level 10 without sessions; no limit; no resume handle.
    stub.words(0, 0, 0)
    stub.number(4, 10)
    stub.align()
    stub.number(4, 10)
    stub.words(0x20000)
    stub.number(4, 0)
    stub.words(0)
    stub.number(4, 0xFFFFFFFF)
    stub.words(0)
    return bytes(stub)


for name, (word, uuid, version) in SYNTAXES.items():
    context = DceRpc5Context(
        cont_id=0,
        abstract_syntax=DceRpc5AbstractSyntax(if_uuid=SRVSVC, if_version=3),
        transfer_syntaxes=[DceRpc5TransferSyntax(if_uuid=uuid, if_version=version)],
    )
    sent = {True: 1, False: 1}
    packets = []
    for is_client, pdu in (
        (True, DceRpc5(call_id=1) / DceRpc5Bind(context_elem=[context])),
        (True, DceRpc5(call_id=2) / DceRpc5Request(cont_id=0, opnum=12) / Raw(question(word))),
        (False, DceRpc5(call_id=2) / DceRpc5Response(cont_id=0) / Raw(sessions(word))),
    ):
        hosts = ["192.0.2.1", "192.0.2.2"] if is_client else ["192.0.2.2", "192.0.2.1"]
        ports = [40001, 49152] if is_client else [49152, 40001]
        segment = TCP(sport=ports[0], dport=ports[1], seq=sent[is_client], ack=sent[not is_client], flags="PA")
        packet = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / IP(src=hosts[0], dst=hosts[1]) / segment / pdu
        packets.append(packet)
        sent[is_client] += len(bytes(pdu))
    wrpcap(f"{sys.argv[1]}/{name}.pcap", packets)
PYTHON

for syntax in ndr ndr64; do
    echo "$syntax:"
    tshark -r "$work/$syntax.pcap" -Y 'srvsvc && dcerpc.pkt_type == 2' -V 2>>"$work/messages" |
        grep -E '^ +(Level: |Pointer to Ctr[0-9]+ |Pointer to Client |Count: )' | sed 's/^ *//' | head -n 4
done | tee "$work/seen"

diff "$work/seen" - <<'SEEN'
ndr:
Level: 10
Pointer to Ctr10 (srvsvc_NetSessCtr10)
Count: 1
Pointer to Client (uint16)
ndr64:
Level: 10
Pointer to Ctr0 (srvsvc_NetSessCtr0)
Count: 131072
Pointer to Client (uint16)
SEEN
