# @TEST-DOC: A member is added to a group of the domain; a local group does not count.
# @TEST-EXEC: raises %INPUT recorded/group-member-added-to-domain-admins recorded/group-member-added-to-domain-guests
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/group-member-added-to-administrators recorded/group-members-listed

@load remote-execution/scripts
