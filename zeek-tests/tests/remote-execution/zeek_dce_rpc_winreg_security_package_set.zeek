# @TEST-DOC: A security package is set; other values of the same key do not count.
# @TEST-EXEC: raises %INPUT recorded/registry-security-package-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/registry-lsa-other-set recorded/registry-restricted-admin-set recorded/registry-modified

@load remote-execution/scripts
