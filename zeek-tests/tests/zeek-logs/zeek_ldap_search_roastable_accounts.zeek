# @TEST-DOC: Searches for accounts with service names and without preauthentication, but not one for an account by name.
# @TEST-REQUIRES: has-stream LDAP::LDAP_SEARCH_LOG
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/ldap-roastable-accounts-searched
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/ldap-account-searched

@load zeek-logs/scripts
