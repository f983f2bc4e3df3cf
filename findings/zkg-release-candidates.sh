#!/usr/bin/env bash
# For zkg, Zeek 9.0.0-rc1 is neither `>=9.0` nor `<9.0`.
#
# Tool: zkg 3.2.0 (with semantic_version 2.10.0, which reads its version ranges).
# Expected: a package with two branches, one that depends on `zeek >=9.0` and one on `zeek <9.0`, has a branch for every
# Zeek. Or, as semantic versioning orders them, a release candidate comes before its release and is `<9.0`.
# Behaviour: the ranges leave out pre-releases of their own bound on both sides, so no branch can be installed on a
# release candidate. `>=8.1` takes 9.0.0-rc1, so a package that names an older release works. Development builds go the
# same way: 8.1.0-dev.12 is neither `>=8.1` nor `<8.1`.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check zkg==3.2.0 semantic_version==2.10.0

"$work/venv/bin/python" - <<'PYTHON' | tee "$work/seen"
from zeekpkg.package import TRACKING_METHOD_VERSION, PackageVersion

for version, ranges in {
    "9.0.0-rc1": [">=9.0", "<9.0", ">=8.1"],
    "8.1.0-dev.12": [">=8.1", "<8.1", ">=8.0"],
    "9.0.0": [">=9.0", "<9.0", ">=8.1"],
}.items():
    for wanted in ranges:
        reason, fulfilled = PackageVersion(TRACKING_METHOD_VERSION, version).fullfills(wanted)
        print(f"zeek {version} for {wanted}:", "yes" if fulfilled else f"no ({reason})")
PYTHON

diff "$work/seen" - <<'SEEN'
zeek 9.0.0-rc1 for >=9.0: no (9.0.0-rc1 not in >=9.0)
zeek 9.0.0-rc1 for <9.0: no (9.0.0-rc1 not in <9.0)
zeek 9.0.0-rc1 for >=8.1: yes
zeek 8.1.0-dev.12 for >=8.1: no (8.1.0-dev.12 not in >=8.1)
zeek 8.1.0-dev.12 for <8.1: no (8.1.0-dev.12 not in <8.1)
zeek 8.1.0-dev.12 for >=8.0: yes
zeek 9.0.0 for >=9.0: yes
zeek 9.0.0 for <9.0: no (9.0.0 not in <9.0)
zeek 9.0.0 for >=8.1: yes
SEEN
