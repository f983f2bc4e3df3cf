#!/usr/bin/env bash
# A UDP datagram that nobody answers has no bytes in conn.log.
#
# Tool: Zeek 8.0.10 on PATH, and Python 3. Without Zeek, the script says so and exits with 0.
# Expected: `orig_bytes` of a connection is the payload that its originator sent, so that `orig_bytes > 1000` finds a large datagram.
# Behaviour: a connection that takes no time, since one packet is all that there is, has `duration`, `orig_bytes` and `resp_bytes`
# unset, whatever the packet carries. Of two datagrams, both count. Only `orig_ip_bytes` has the one.
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

CLIENT, SERVER = socket.inet_aton("192.0.2.10"), socket.inet_aton("192.0.2.20")


def datagram(port, payload):
    udp = struct.pack(">4H", port, 9999, 8 + len(payload), 0) + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, CLIENT, SERVER)
    return bytes(12) + b"\x08\x00" + ip + udp


with open("datagrams.pcap", "wb") as capture:
    capture.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for second, (port, size) in enumerate([(40001, 1200), (40002, 600), (40002, 600)]):
        frame = datagram(port, b"x" * size)
        capture.write(struct.pack("<4I", 1700000000 + second, 0, len(frame), len(frame)) + frame)
PYTHON

# Checksums are left out.
zeek -C -r datagrams.pcap
zeek-cut id.orig_p duration orig_bytes resp_bytes orig_pkts orig_ip_bytes <conn.log | sort | tee seen

diff seen - <<'SEEN'
40001	-	-	-	1	1228
40002	1.000000	1200	0	2	1256
SEEN
