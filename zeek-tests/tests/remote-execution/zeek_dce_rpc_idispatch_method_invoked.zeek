# @TEST-DOC: A method is invoked; to ask for the number of type descriptions does not count.
# @TEST-EXEC: raises %INPUT recorded/object-method-invoked
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/object-types-counted recorded/object-mmc20-created

@load remote-execution/scripts
