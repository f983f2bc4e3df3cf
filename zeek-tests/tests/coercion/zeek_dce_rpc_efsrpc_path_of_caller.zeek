# @TEST-DOC: A path on the caller, by its address, or over WebDAV; paths on the responder and on other hosts do not count.
# @TEST-EXEC: raises %INPUT petitpotam/unpatched-efs petitpotam/patched-efs recorded/efs-path-of-caller recorded/efs-path-over-webdav
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/efs-path-of-its-own recorded/efs-path-of-another-host

@load coercion/scripts
