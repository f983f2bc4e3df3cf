# @TEST-DOC: A member is added to Domain Admins; to Domain Guests, and listing the members of Domain Admins, do not count.
# @TEST-EXEC: raises %INPUT recorded/group-member-added-to-domain-admins
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/group-member-added-to-domain-guests recorded/group-members-listed

@load remote-execution/scripts
