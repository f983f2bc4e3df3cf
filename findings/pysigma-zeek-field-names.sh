#!/usr/bin/env bash
# pySigma's Zeek pipelines give two fields names that no index has.
#
# Tools: pySigma 1.5.1, pySigma-backend-elasticsearch 2.1.1, sigma-cli 3.1.0 (pipelines ecs_zeek_beats, ecs_zeek_corelight).
# Expected: a rule on x509.log's `certificate.subject` or http.log's `user_agent` asks for a field that Filebeat or
# Corelight writes.
# Behaviour: the mapping of `certificate.subject` ends with a remark to the reader, which becomes part of the field's
# name, and `user_agent` is mapped to a name in asterisks. Both queries are valid, so nothing complains; they match
# nothing. Sigma's own name for the second, `c-useragent`, is mapped right.
# Output seen: see below.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    pysigma==1.5.1 pysigma-backend-elasticsearch==2.1.1 sigma-cli==3.1.0

# convert PIPELINE SERVICE FIELD: the Lucene query of a rule that wants FIELD to be `example`.
convert() {
    cat >"$work/rule.yml" <<RULE
title: Example
logsource:
    product: zeek
    service: $2
detection:
    selection:
        $3: example
    condition: selection
RULE
    "$work/venv/bin/sigma" convert --target lucene --pipeline "$1" "$work/rule.yml" 2>>"$work/messages"
}

for pipeline in ecs_zeek_beats ecs_zeek_corelight; do
    convert "$pipeline" x509 certificate.subject
    convert "$pipeline" http user_agent
    convert "$pipeline" http c-useragent
done | tee "$work/seen"

diff "$work/seen" - <<'SEEN'
event.dataset:zeek.x509 AND zeek.x509.certificate.sub\ \ #\ why\ did\ Elastic\ beats\ do\ this:example
event.dataset:zeek.http AND zeek.\*user_agent\*:example
event.dataset:zeek.http AND user_agent.original:example
event.dataset:zeek.x509 AND zeek.x509.certificate.sub\ \ #\ why\ did\ Elastic\ beats\ do\ this:example
event.dataset:zeek.http AND zeek.\*user_agent\*:example
event.dataset:zeek.http AND user_agent.original:example
SEEN
