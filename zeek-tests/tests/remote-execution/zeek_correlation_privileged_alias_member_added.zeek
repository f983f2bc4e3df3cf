# @TEST-DOC: A member is added to Administrators; to Users does not count.
# @TEST-EXEC: raises %INPUT recorded/group-member-added-to-administrators
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/group-member-added-to-users recorded/group-member-added-to-domain-admins

@load remote-execution/scripts
