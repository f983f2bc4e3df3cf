#!/usr/bin/env bash
# impacket's WMI client counts a NUL at the end of each BSTR.
#
# Tool: impacket 0.13.1.
# Expected: a BSTR is counted, and what is counted are the characters of the text: "Create" has six (MS-OAUT section
# 2.2.23.2, FLAGGED_WORD_BLOB).
# Behaviour: impacket adds U+0000 to classes, methods and queries of IWbemServices, and counts it: "Create" has seven. A
# detection that compares the whole argument of ExecMethod, or its end, does not match what wmiexec.py sends unless it
# drops the last character first.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check impacket==0.13.1

"$work/venv/bin/python" - <<'PYTHON' | tee "$work/seen"
from impacket.dcerpc.v5.dcom import wmi


class Sent(Exception):
    """Stands for the network."""


class Services(wmi.IWbemServices):
    def __init__(self):
        self._iid = wmi.IID_IWbemServices

    def get_iPid(self):
        return None

    def request(self, request, iid=None, uuid=None):
        raise Sent(request)


for call, fields in [
    (lambda services: services.ExecQuery("SELECT Name FROM Win32_Share"), ["strQueryLanguage", "strQuery"]),
    (lambda services: services.ExecMethod("Win32_Process", "Create"), ["strObjectPath", "strMethodName"]),
    (lambda services: services.DeleteInstance("Win32_Share.Name='x'"), ["strObjectPath"]),
]:
    try:
        call(Services())
    except Sent as sent:
        for field in fields:
            blob = sent.args[0][field]
            print(f"{field}: {blob['clSize']} characters, {blob['cBytes']} octets, {blob['asData']!r}")
PYTHON

diff "$work/seen" - <<'SEEN'
strQueryLanguage: 4 characters, 8 octets, 'WQL\x00'
strQuery: 29 characters, 58 octets, 'SELECT Name FROM Win32_Share\x00'
strObjectPath: 14 characters, 28 octets, 'Win32_Process\x00'
strMethodName: 7 characters, 14 octets, 'Create\x00'
strObjectPath: 21 characters, 42 octets, "Win32_Share.Name='x'\x00"
SEEN
