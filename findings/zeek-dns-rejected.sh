#!/usr/bin/env bash
# The column `rejected` of dns.log does not say whether a query was rejected.
#
# Tool: Zeek 8.0.10 on PATH, and Python 3. Without Zeek, the script says so and exits with 0.
# Expected: "The DNS query was rejected by the server", as the column's documentation has it: T for REFUSED, F for an answer
# that the name has no such record.
# Behaviour: it is T for every response without any record, NOERROR included, and F for a refusal that carries a record,
# such as the OPT record that servers add for clients with EDNS.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 - <<'PYTHON'
import socket
import struct

CLIENT, SERVER = socket.inet_aton("192.0.2.10"), socket.inet_aton("192.0.2.53")
OPT = b"\0" + struct.pack(">HHIH", 41, 1232, 0, 0)


def message(number, flags, name, extra):
    question = b"".join(bytes([len(label)]) + label for label in name.encode().split(b"."))
    head = struct.pack(">6H", number, flags, 1, 0, 0, 1 if extra else 0)
    return head + question + b"\0" + struct.pack(">HH", 28, 1) + extra


def packet(source, target, ports, payload):
    udp = struct.pack(">4H", *ports, 8 + len(payload), 0) + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, source, target)
    return bytes(12) + b"\x08\x00" + ip + udp


with open("queries.pcap", "wb") as capture:
    capture.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    cases = [(0, "nodata.example", b""), (3, "nxdomain.example", b""), (5, "refused.example", b""), (5, "edns.example", OPT)]
    for number, (code, name, extra) in enumerate(cases):
        ports = (40000 + number, 53)
        query = packet(CLIENT, SERVER, ports, message(number, 0x0100, name, b""))
        response = packet(SERVER, CLIENT, ports[::-1], message(number, 0x8180 | code, name, extra))
        for step, frame in enumerate((query, response)):
            capture.write(struct.pack("<4I", 1700000000 + number, step * 1000, len(frame), len(frame)) + frame)
PYTHON

# Checksums are left out.
zeek -C -r queries.pcap
zeek-cut query rcode_name rejected <dns.log | tee seen

diff seen - <<'SEEN'
nodata.example	NOERROR	T
nxdomain.example	NXDOMAIN	T
refused.example	REFUSED	T
edns.example	REFUSED	F
SEEN
