# @TEST-DOC: A share is asked for, whatever its host; asking for the version does not count.
# @TEST-EXEC: raises %INPUT recorded/shadow-copy-of-caller recorded/shadow-copy-of-its-own
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/shadow-copy-version-asked

@load coercion/scripts
