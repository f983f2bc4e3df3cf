# @TEST-DOC: A member is added to a local group; a global group does not count.
# @TEST-EXEC: raises %INPUT recorded/group-member-added-to-administrators recorded/group-member-added-to-users
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/group-member-added-to-domain-admins recorded/group-members-listed

@load remote-execution/scripts
