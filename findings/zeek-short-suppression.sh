#!/usr/bin/env bash
# A notice that is to be suppressed for a millisecond is suppressed for seconds.
#
# Tool: Zeek 8.0.10 on PATH, and Python 3. Without Zeek, the script says so and exits with 0.
# Expected: with `$suppress_for = 1msec`, an equal notice five seconds later is raised.
# Behaviour: the framework asks whether the notice is in a table, and entries leave it when Zeek next looks for expired ones, every
# ten seconds (`table_expire_interval`), not when they are due. Equal notices in between are lost; `0sec` alone suppresses nothing.
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

with open("datagrams.pcap", "wb") as capture:
    capture.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for second in (0, 5, 40, 45):
        udp = struct.pack(">4H", 40000 + second, 9999, 9, 0) + b"x"
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, CLIENT, SERVER)
        frame = bytes(12) + b"\x08\x00" + ip + udp
        capture.write(struct.pack("<4I", 1700000000 + second, 0, len(frame), len(frame)) + frame)
PYTHON

cat >notices.zeek <<'ZEEK'
redef enum Notice::Type += { Seen, Always_Seen };

event new_connection(c: connection)
	{
	NOTICE([$note=Seen, $msg=cat(c$id$orig_p), $identifier="one", $suppress_for=1msec]);
	NOTICE([$note=Always_Seen, $msg=cat(c$id$orig_p), $identifier="one", $suppress_for=0sec]);
	}
ZEEK

# Checksums are left out.
zeek -C -r datagrams.pcap notices.zeek
zeek-cut note msg <notice.log | sort | tee seen

diff seen - <<'SEEN'
Always_Seen	40000/udp
Always_Seen	40005/udp
Always_Seen	40040/udp
Always_Seen	40045/udp
Seen	40000/udp
Seen	40040/udp
SEEN
