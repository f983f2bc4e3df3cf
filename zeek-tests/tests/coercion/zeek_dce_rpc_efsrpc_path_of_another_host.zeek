# @TEST-DOC: A path on a host that is neither of the two; those on the caller and the responder do not count.
# @TEST-EXEC: raises %INPUT recorded/efs-path-of-another-host
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT petitpotam/unpatched-efs recorded/efs-path-of-caller recorded/efs-path-over-webdav recorded/efs-path-of-its-own

@load coercion/scripts
