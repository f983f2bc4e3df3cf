##! Records of Zeek's logs, as rules of this pack see them, and how the rules raise notices of them.

@load base/frameworks/logging
@load ./notices
@load ./correlation

module ZeekLogs;

export {
	## Where a record comes from, as far as it says so.
	type RecordOrigin: record {
		## The connection's unique ID.
		uid: string &optional;
		## The connection's endpoints.
		id: conn_id &optional;
		## The file's unique ID.
		fuid: string &optional;
		## The originator's address, or that of the host that the record is about.
		originator: addr &optional;
		## The responder's address.
		responder: addr &optional;
	};

	## Consulted before a notice of a log's record is raised; break to keep it back.
	##
	## rule: the rule that matched.
	## origin: where the record comes from.
	global record_policy: hook(rule: RuleInfo, origin: RecordOrigin);
}

# Whether lists have an address of a record.
function record_is_allowed(rule: RuleInfo, origin: RecordOrigin): bool
	{
	if ( origin?$originator && origin$originator in allowed_originators )
		return T;

	if ( origin?$responder && origin$responder in allowed_responders )
		return T;

	if ( |allowed_by_rule| == 0 && |allowed_by_technique| == 0 )
		return F;

	for ( _, allowed in allow_lists(rule) )
		{
		if ( origin?$originator && origin$originator in allowed$originators )
			return T;

		if ( origin?$responder && origin$responder in allowed$responders )
			return T;
		}

	return F;
	}

# Whether an operator's options and policy let a rule speak of a record; of its hosts' names, record_name_checks tells.
function may_raise_record(rule: RuleInfo, origin: RecordOrigin): bool
	{
	if ( rule$is_disabled )
		return F;

	if ( lists_hosts && record_is_allowed(rule, origin) )
		{
		++rule$outcomes$allow_listed;
		return F;
		}

	if ( hook record_policy(rule, origin) )
		return T;

	++rule$outcomes$policy;
	return F;
	}

# The hosts of a record whose names must be known before a rule speaks of it.
function record_name_checks(rule: RuleInfo, origin: RecordOrigin): vector of NameCheck
	{
	local checks: vector of NameCheck = vector();
	local originators = allowed_originator_names;
	local responders = allowed_responder_names;

	for ( _, allowed in allow_lists(rule) )
		{
		originators = originators | allowed$originator_names;
		responders = responders | allowed$responder_names;
		}

	if ( origin?$originator && |originators| > 0 )
		checks += NameCheck($host=origin$originator, $names=originators);

	if ( origin?$responder && |responders| > 0 )
		checks += NameCheck($host=origin$responder, $names=responders);

	return checks;
	}

# What makes notices of a record equal where the rule names nothing: its addresses, or else what it has.
function record_identifier(origin: RecordOrigin, observed: string): string
	{
	if ( origin?$originator && origin?$responder )
		return fmt("%s %s", origin$originator, origin$responder);

	if ( origin?$originator )
		return cat(origin$originator);

	if ( origin?$fuid )
		return origin$fuid;

	return observed;
	}

# Raise a notice of a record for a rule that may raise one.
function notify_record(rule: RuleInfo, origin: RecordOrigin, observed: string, identifier: string &default="",
                       about: string &default="")
	{
	if ( about == "" )
		about = rule?$sub ? rule$sub : rule$title;

	if ( identifier == "" )
		identifier = record_identifier(origin, observed);

	local notice = Notice::Info($note=rule$note,
	                            $msg=observed,
	                            $sub=about,
	                            $rule_id=rule$id,
	                            $identifier=fmt("%s %s", rule$id, identifier));

	if ( origin?$uid )
		notice$uid = origin$uid;

	if ( origin?$fuid )
		notice$fuid = origin$fuid;

	if ( origin?$id )
		notice$id = origin$id;

	if ( origin?$originator )
		notice$src = origin$originator;

	if ( origin?$responder )
		notice$dst = origin$responder;

	describe(notice, rule);

	if ( lists_hosts && names_are_listed() && ! Notice::is_being_suppressed(notice) )
		{
		notice$ts = network_time();
		unless_named(record_name_checks(rule, origin), raise_waiting, WaitingNotice($rule=rule, $notice=notice));
		return;
		}

	++rule$outcomes$raised;
	NOTICE(notice);
	}

# Raise a rule's notice of a record, unless the rule is silent. Returns whether options and policy let the rule speak.
function raise_record(rule: RuleInfo, origin: RecordOrigin, observed: string, identifier: string &default="",
                      about: string &default=""): bool &is_used
	{
	if ( ! may_raise_record(rule, origin) )
		return F;

	if ( rule$is_silent )
		++rule$outcomes$silent;
	else
		notify_record(rule, origin, observed, identifier, about);

	return T;
	}

# The unique ID of a record's connection, or "".
function record_uid(origin: RecordOrigin): string &is_used
	{
	return origin?$uid ? origin$uid : "";
	}

# Take a rule's match to a correlation, unless one of its hosts has a name under which it is allowed.
function correlate_record(rule: RuleInfo, origin: RecordOrigin, take: function(match: CorrelatedMatch),
                          match: CorrelatedMatch) &is_used
	{
	if ( ! lists_hosts || ! names_are_listed() )
		{
		take(match);
		return;
		}

	unless_named(record_name_checks(rule, origin), take_waiting, WaitingMatch($take=take, $match=match));
	}

@ifdef ( Conn::LOG )
# What a rule does with a record of conn.log.
type ConnRecordHandler: function(info: Conn::Info);

# Where a record of conn.log comes from.
function conn_origin(info: Conn::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( DNS::LOG )
# What a rule does with a record of dns.log.
type DnsRecordHandler: function(info: DNS::Info);

# Where a record of dns.log comes from.
function dns_origin(info: DNS::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( Files::LOG )
# What a rule does with a record of files.log.
type FilesRecordHandler: function(info: Files::Info);

# Where a record of files.log comes from.
function files_origin(info: Files::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	if ( info?$id )
		origin$id = info$id;

	if ( info?$uid )
		origin$uid = info$uid;

	origin$fuid = info$fuid;

	if ( info?$id )
		origin$originator = info$id$orig_h;

	if ( info?$id )
		origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( FTP::LOG )
# What a rule does with a record of ftp.log.
type FtpRecordHandler: function(info: FTP::Info);

# Where a record of ftp.log comes from.
function ftp_origin(info: FTP::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	if ( info?$fuid )
		origin$fuid = info$fuid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( KRB::LOG )
# What a rule does with a record of kerberos.log.
type KerberosRecordHandler: function(info: KRB::Info);

# Where a record of kerberos.log comes from.
function kerberos_origin(info: KRB::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( LDAP::LDAP_SEARCH_LOG )
# What a rule does with a record of ldap_search.log.
type LdapSearchRecordHandler: function(info: LDAP::SearchInfo);

# Where a record of ldap_search.log comes from.
function ldap_search_origin(info: LDAP::SearchInfo): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( NTLM::LOG )
# What a rule does with a record of ntlm.log.
type NtlmRecordHandler: function(info: NTLM::Info);

# Where a record of ntlm.log comes from.
function ntlm_origin(info: NTLM::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( RDP::LOG )
# What a rule does with a record of rdp.log.
type RdpRecordHandler: function(info: RDP::Info);

# Where a record of rdp.log comes from.
function rdp_origin(info: RDP::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( SNMP::LOG )
# What a rule does with a record of snmp.log.
type SnmpRecordHandler: function(info: SNMP::Info);

# Where a record of snmp.log comes from.
function snmp_origin(info: SNMP::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( SSH::LOG )
# What a rule does with a record of ssh.log.
type SshRecordHandler: function(info: SSH::Info);

# Where a record of ssh.log comes from.
function ssh_origin(info: SSH::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( SSL::LOG )
# What a rule does with a record of ssl.log.
type SslRecordHandler: function(info: SSL::Info);

# Where a record of ssl.log comes from.
function ssl_origin(info: SSL::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	origin$id = info$id;

	origin$uid = info$uid;

	origin$originator = info$id$orig_h;

	origin$responder = info$id$resp_h;

	return origin;
	}
@endif

@ifdef ( X509::LOG )
# What a rule does with a record of x509.log.
type X509RecordHandler: function(info: X509::Info);

# Where a record of x509.log comes from.
function x509_origin(info: X509::Info): RecordOrigin &is_used
	{
	local origin = RecordOrigin();

	return origin;
	}
@endif
