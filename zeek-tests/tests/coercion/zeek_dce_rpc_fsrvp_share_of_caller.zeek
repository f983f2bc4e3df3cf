# @TEST-DOC: A share of the caller, by its address, or over WebDAV; one of the responder does not count.
# @TEST-EXEC: raises %INPUT recorded/shadow-copy-of-caller recorded/shadow-copy-over-webdav
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/shadow-copy-of-its-own recorded/shadow-copy-version-asked

@load coercion/scripts
