#!/usr/bin/env bash
# A condition of three parts in an LDAP filter is two conditions of two parts in ldap_search.log.
#
# Tool: Zeek 8.0.10 on PATH, built with Spicy, and Python 3. Without either, the script says so and exits with 0.
# Expected: the filter in ldap_search.log is the client's, in the text form of RFC 4515: `(&(a=1)(b=2)(c=3))`.
# Behaviour: it is `(&(&(a=1)(b=2))(c=3))`, as Wireshark shows it, too. A rule that looks for the text of a tool's filter, `(a=1)(b=2)(c=3)`,
# never matches; the parts alone do.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

printf 'event zeek_init()\n\t{\n@ifdef ( LDAP::LDAP_SEARCH_LOG )\n\tprint "yes";\n@endif\n\t}\n' >spicy.zeek
if [[ $(zeek spicy.zeek) != yes ]]; then
    echo "skipped: this Zeek is built without Spicy"
    exit 0
fi

python3 - <<'PYTHON'
import socket
import struct

CLIENT, SERVER = socket.inet_aton("192.0.2.10"), socket.inet_aton("192.0.2.20")


def element(tag, value):
    return bytes([tag, len(value)]) + value


def equal(name, value):
    return element(0xA3, element(4, name) + element(4, value))


condition = element(0xA0, equal(b"a", b"1") + equal(b"b", b"2") + equal(b"c", b"3"))
search = element(4, b"DC=test") + element(10, b"\2") + element(10, b"\0") + element(2, b"\0") + element(2, b"\0")
search += element(1, b"\0") + condition + element(0x30, b"")
request = element(0x30, element(2, b"\1") + element(0x63, search))
answer = element(0x30, element(2, b"\1") + element(0x65, element(10, b"\0") + element(4, b"") + element(4, b"")))

# From the client or not, sequence number, acknowledged number, flags, data.
c, s = 1000, 2000
segments = [
    (True, c, 0, 2, b""),
    (False, s, c + 1, 18, b""),
    (True, c + 1, s + 1, 16, b""),
    (True, c + 1, s + 1, 24, request),
    (False, s + 1, c + 1 + len(request), 24, answer),
    (True, c + 1 + len(request), s + 1 + len(answer), 17, b""),
    (False, s + 1 + len(answer), c + 2 + len(request), 17, b""),
]
with open("search.pcap", "wb") as capture:
    capture.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for second, (is_client, sequence, acknowledged, flags, data) in enumerate(segments):
        ports = (40000, 389) if is_client else (389, 40000)
        tcp = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 80, flags, 8192, 0, 0) + data
        hosts = (CLIENT, SERVER) if is_client else (SERVER, CLIENT)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, *hosts)
        frame = bytes(12) + b"\x08\x00" + ip + tcp
        capture.write(struct.pack("<4I", 1700000000 + second, 0, len(frame), len(frame)) + frame)
PYTHON

# Checksums are left out.
zeek -C -r search.pcap LogAscii::use_json=T
python3 -c 'import json; print(json.loads(open("ldap_search.log").readline())["filter"])' | tee seen

diff seen - <<'SEEN'
(&(&(a=1)(b=2))(c=3))
SEEN
