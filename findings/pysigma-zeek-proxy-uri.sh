#!/usr/bin/env bash
# pySigma's Zeek pipeline sends a proxy rule's whole URL to the field that holds Zeek's path.
#
# Tools: pySigma 1.5.1, pySigma-backend-elasticsearch 2.1.1, sigma-cli 3.1.0 (pipeline ecs_zeek_beats).
# Expected: in Sigma's category `proxy`, `c-uri` is the URL as a proxy logs it, with the host. A pipeline that sends such
# rules to Zeek's http.log has to build the URL from `host` and `uri`, or refuse the rule.
# Behaviour: the category becomes event.dataset zeek.http, and `c-uri` becomes url.original, the very field to which the
# pipeline maps http.log's own `uri`. Zeek's `uri` is what the request line has: `/raw/abc`, without the host, unless
# the client speaks to a proxy. A rule that asks for `.pastebin.example/raw/` therefore converts and never matches.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    pysigma==1.5.1 pysigma-backend-elasticsearch==2.1.1 sigma-cli==3.1.0

# convert LOGSOURCE FIELD: the Lucene query of a rule that wants FIELD to hold a host and a path.
convert() {
    cat >"$work/rule.yml" <<RULE
title: Example
logsource: { $1 }
detection:
    selection:
        $2|contains: '.pastebin.example/raw/'
    condition: selection
RULE
    "$work/venv/bin/sigma" convert --target lucene --pipeline ecs_zeek_beats "$work/rule.yml" 2>>"$work/messages"
}

{
    convert 'category: proxy' c-uri
    convert 'product: zeek, service: http' uri
} | tee "$work/seen"

diff "$work/seen" - <<'SEEN'
event.dataset:zeek.http AND url.original:*.pastebin.example\/raw\/*
event.dataset:zeek.http AND url.original:*.pastebin.example\/raw\/*
SEEN
