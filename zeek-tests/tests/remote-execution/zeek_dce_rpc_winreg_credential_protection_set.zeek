# @TEST-DOC: A protection of credentials is changed; other values of the same key do not count.
# @TEST-EXEC: raises %INPUT recorded/registry-restricted-admin-set
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/registry-lsa-other-set recorded/registry-security-package-set recorded/registry-modified

@load remote-execution/scripts
