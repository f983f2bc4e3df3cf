# @TEST-DOC: Discovery calls of one host: just below, at and above the threshold, and across the edge of the window.
# @TEST-EXEC: raises %INPUT recorded/clock-read-5-times recorded/clock-read-10-times recorded/clock-read-5-times-in-295s recorded/server-described recorded/calls-discovery
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/clock-read-4-times recorded/clock-read-5-times-in-305s recorded/calls-beside-discovery recorded/workstation-described

@load bzar/scripts
