#!/usr/bin/env bash
# Zeek counts the documentation addresses, among others, as local hosts.
#
# Tool: Zeek 8.0.10 on PATH. Without Zeek, the script says so and exits with 0.
# Expected: with no Site::local_nets, local hosts are those of RFC 1918. The addresses of RFC 5737, 192.0.2.0/24,
# 198.51.100.0/24 and 203.0.113.0/24, are what test captures use for hosts outside, so a rule about a connection from outside
# fires on them.
# Behaviour: Site::private_address_space holds every network of IANA's special-purpose registries: documentation, carrier
# NAT and benchmarks, too. All are local by default, and local_orig in conn.log is T. Such a rule never fires on such a capture.
# Output seen: see below.
set -euo pipefail

if ! command -v zeek >/dev/null; then
    echo "skipped: zeek is not on PATH"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >example.zeek <<'ZEEK'
event zeek_init()
	{
	local hosts = vector(192.0.2.1, 198.51.100.1, 203.0.113.1, [2001:db8::1], 198.18.0.1, 100.64.0.1, 1.1.1.1);
	for ( _, host in hosts )
		print host, Site::is_local_addr(host);
	}
ZEEK
zeek example.zeek | tee seen

diff seen - <<'SEEN'
192.0.2.1, T
198.51.100.1, T
203.0.113.1, T
2001:db8::1, T
198.18.0.1, T
100.64.0.1, T
1.1.1.1, F
SEEN
