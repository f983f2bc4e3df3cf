# @TEST-DOC: What all rules together raise on every capture. Of a request in fragments Zeek 8.0 shows the last alone, so that at-job-command-in-fragments and otrf/smbexec-svcctl lack the notice of a command interpreter. That Zeek raises the same on every capture is tested by `cargo test`.
# @TEST-ALTERNATIVE: replay
# @TEST-EXEC: notices-by-capture remote-execution
# @TEST-EXEC: btest-diff notices
