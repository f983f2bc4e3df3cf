#!/usr/bin/env bash
# Zeek skips every packet of a pcap from 2038 on without a word on the console.
#
# Tool: Zeek 8.0.10 on PATH. Without Zeek, the script says so and exits with 0.
# Expected: a packet's time in a pcap is an unsigned number of 32 bits, good until 2106 (draft-ietf-opsawg-pcap). Zeek reads
# the packet, or fails.
# Behaviour: the time is taken for a negative one. Zeek skips the packet, exits with 0 and prints nothing; weird.log has one
# negative_packet_timestamp, however many packets are lost. The same packet in a pcapng is read. From 2^31 - 1 seconds on, logs
# of Zeek's own format have times with an exponent.
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
import struct

# A UDP datagram of raw IPv4 (link type 101), and its time in seconds.
udp = struct.pack(">HHHH", 40000, 40001, 9, 0) + b"x"
ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
data = ip + udp
for name, time in ("2038-before", 2**31 - 1), ("2038-after", 2**31):
    with open(name + ".pcap", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        file.write(struct.pack("<IIII", time, 0, len(data), len(data)) + data)
padded = data + bytes(-len(data) % 4)
with open("2038-after.pcapng", "wb") as file:
    file.write(struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28))
    file.write(struct.pack("<IIHHII", 1, 20, 101, 0, 65535, 20))
    high, low = divmod(2**31 * 1_000_000, 2**32)
    length = 32 + len(padded)
    file.write(struct.pack("<IIIIIII", 6, length, 0, high, low, len(data), len(data)) + padded + struct.pack("<I", length))
PYTHON

for capture in 2038-before.pcap 2038-after.pcap 2038-after.pcapng; do
    mkdir "$capture.logs"
    (
        cd "$capture.logs"
        zeek -C -r "../$capture"
        echo "$capture: exit $?"
        for log in conn weird; do
            if [ -e "$log.log" ]; then
                zeek-cut ts proto name <"$log.log" | tr -s '\t' | sed "s/^/  $log.log: /; s/\t$//"
            fi
        done
    )
done 2>&1 | tee seen

diff seen - <<'SEEN'
2038-before.pcap: exit 0
  conn.log: 2.147483647e+09	udp
2038-after.pcap: exit 0
  weird.log: 0.000000	negative_packet_timestamp
2038-after.pcapng: exit 0
  conn.log: 2.147483648e+09	udp
SEEN
