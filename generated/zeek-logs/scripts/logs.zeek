##! Dispatch of logs' records to the rules that watch them.
##!
##! A filter of the package's own on each stream is told of every record once, whatever operators do to theirs, and writes
##! nothing. Of a stream that is disabled no records come.

@load ./log-records

module ZeekLogs;

@ifdef ( Conn::LOG )

# Rules by what service of conn.log must match.
const conn_rules_by_service: table[pattern] of vector of ConnRecordHandler = {
	[/.*smb.*/is] = vector(smb_outside_on_logged),
};

global watch_conn: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_conn(info: Conn::Info, id: Log::ID, filter: Log::Filter)
	{

	if ( info?$service )
		for ( _, handlers in conn_rules_by_service[info$service] )
			for ( _, handler in handlers )
				handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(Conn::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_conn));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no conn.log, so that these rules are off: Smb_Outside");
	}
@endif

@ifdef ( DNS::LOG )

# Rules by what query of dns.log must match.
const dns_rules_by_query: table[pattern] of vector of DnsRecordHandler = {
	[/.*[^\n]{51}.*/s] = vector(long_name_on_logged),
	[/.*(1uwhrca[+\-\/-9=A-Z_a-z]*baaaa|1uwhrca[+\-\/-9=A-Z_a-z]*baaaa\..*)/is] = vector(marshalled_target_on_logged),
};

global watch_dns: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_dns(info: DNS::Info, id: Log::ID, filter: Log::Filter)
	{

	if ( info?$query )
		for ( _, handlers in dns_rules_by_query[info$query] )
			for ( _, handler in handlers )
				handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(DNS::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_dns));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no dns.log, so that these rules are off: Long_Name, Marshalled_Target");
	}
@endif

@ifdef ( Files::LOG )

# Rules by what source of files.log must match.
const files_rules_by_source: table[pattern] of vector of FilesRecordHandler = {
	[/SMTP/i] = vector(program_by_mail_on_logged),
};

global watch_files: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_files(info: Files::Info, id: Log::ID, filter: Log::Filter)
	{

	if ( info?$source )
		for ( _, handlers in files_rules_by_source[info$source] )
			for ( _, handler in handlers )
				handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(Files::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_files));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no files.log, so that these rules are off: Program_By_Mail");
	}
@endif

@ifdef ( FTP::LOG )

# Rules by what reply_code of ftp.log must be.
const ftp_rules_by_reply_code: table[count] of vector of FtpRecordHandler = {
	[226] = vector(upload_outside_on_logged),
	[250] = vector(upload_outside_on_logged),
};

global watch_ftp: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_ftp(info: FTP::Info, id: Log::ID, filter: Log::Filter)
	{

	if ( info?$reply_code && info$reply_code in ftp_rules_by_reply_code )
		for ( _, value_handler in ftp_rules_by_reply_code[info$reply_code] )
			value_handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(FTP::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_ftp));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no ftp.log, so that these rules are off: Upload_Outside");
	}
@endif

@ifdef ( KRB::LOG )

# Rules by what request_type of kerberos.log must match.
const kerberos_rules_by_request_type: table[pattern] of vector of KerberosRecordHandler = {
	[/AS/i] = vector(
		encryption_type_refused_on_logged,
		service_ticket_without_tgt_on_logged,
		unknown_user_on_logged),
	[/TGS/i] = vector(service_ticket_rc4_on_logged),
};

global watch_kerberos: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_kerberos(info: KRB::Info, id: Log::ID, filter: Log::Filter)
	{

	if ( info?$request_type )
		for ( _, handlers in kerberos_rules_by_request_type[info$request_type] )
			for ( _, handler in handlers )
				handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(KRB::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_kerberos));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no kerberos.log, so that these rules are off: Encryption_Type_Refused, Service_Ticket_Rc4, Service_Ticket_Without_Tgt, Unknown_User");
	}
@endif

@ifdef ( LDAP::LDAP_SEARCH_LOG )

# Rules by what filter of ldap_search.log must match.
const ldap_search_rules_by_filter: table[pattern] of vector of LdapSearchRecordHandler = {
	[/.*(\(servicePrincipalName=\*\)|\(userAccountControl:1\.2\.840\.113556\.1\.4\.803:=4194304\)|\(userAccountControl:1\.2\.840\.113556\.1\.4\.803:=524288\)).*/is] = vector(roastable_accounts_on_logged),
};

global watch_ldap_search: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_ldap_search(info: LDAP::SearchInfo, id: Log::ID, filter: Log::Filter)
	{

	if ( info?$filter )
		for ( _, handlers in ldap_search_rules_by_filter[info$filter] )
			for ( _, handler in handlers )
				handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(LDAP::LDAP_SEARCH_LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_ldap_search));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no ldap_search.log, so that these rules are off: Roastable_Accounts");
	}
@endif

@ifdef ( NTLM::LOG )

# Rules by what server_dns_computer_name of ntlm.log must match.
const ntlm_rules_by_server_dns_computer_name: table[pattern] of vector of NtlmRecordHandler = {
	[/.*\..*/s] = vector(domain_account_on_logged),
};

# Rules by what username of ntlm.log must match.
const ntlm_rules_by_username: table[pattern] of vector of NtlmRecordHandler = {
	[/.*\$/s] = vector(computer_account_on_logged),
};

global watch_ntlm: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_ntlm(info: NTLM::Info, id: Log::ID, filter: Log::Filter)
	{

	if ( info?$server_dns_computer_name )
		for ( _, handlers in ntlm_rules_by_server_dns_computer_name[info$server_dns_computer_name] )
			for ( _, handler in handlers )
				handler(info);

	if ( info?$username )
		for ( _, handlers in ntlm_rules_by_username[info$username] )
			for ( _, handler in handlers )
				handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(NTLM::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_ntlm));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no ntlm.log, so that these rules are off: Computer_Account, Domain_Account");
	}
@endif

@ifdef ( RDP::LOG )

# Rules that run on every record of rdp.log.
const every_rdp_rules: vector of RdpRecordHandler = vector(from_outside_on_logged);

global watch_rdp: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_rdp(info: RDP::Info, id: Log::ID, filter: Log::Filter)
	{

	for ( _, every_handler in every_rdp_rules )
		every_handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(RDP::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_rdp));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no rdp.log, so that these rules are off: From_Outside");
	}
@endif

@ifdef ( SNMP::LOG )

# Rules by what community of snmp.log must match.
const snmp_rules_by_community: table[pattern] of vector of SnmpRecordHandler = {
	[/admin|cisco|private|public|write/i] = vector(default_community_set_on_logged),
};

global watch_snmp: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_snmp(info: SNMP::Info, id: Log::ID, filter: Log::Filter)
	{

	if ( info?$community )
		for ( _, handlers in snmp_rules_by_community[info$community] )
			for ( _, handler in handlers )
				handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(SNMP::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_snmp));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no snmp.log, so that these rules are off: Default_Community_Set");
	}
@endif

@ifdef ( SSH::LOG )

# Rules that run on every record of ssh.log.
const every_ssh_rules: vector of SshRecordHandler = vector(port_of_another_service_on_logged);

global watch_ssh: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_ssh(info: SSH::Info, id: Log::ID, filter: Log::Filter)
	{

	for ( _, every_handler in every_ssh_rules )
		every_handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(SSH::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_ssh));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no ssh.log, so that these rules are off: Port_Of_Another_Service");
	}
@endif

@ifdef ( SSL::LOG )

# Rules by what subject of ssl.log must match.
const ssl_rules_by_subject: table[pattern] of vector of SslRecordHandler = {
	[/CN=AsyncRAT Server|CN=BitRAT|CN=Covenant|CN=Orcus Server|CN=Quasar Server CA|O=Mythic|.*CN=DcRat Server.*|.*CN=Major Cobalt Strike.*|.*CN=P18055077.*/is] = vector(framework_certificate_on_logged),
};

# Rules by what version of ssl.log must match.
const ssl_rules_by_version: table[pattern] of vector of SslRecordHandler = {
	[/SSLv3|TLSv10|TLSv11|TLSv12/i] = vector(self_signed_outside_on_logged),
};

global watch_ssl: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_ssl(info: SSL::Info, id: Log::ID, filter: Log::Filter)
	{

	if ( info?$subject )
		for ( _, handlers in ssl_rules_by_subject[info$subject] )
			for ( _, handler in handlers )
				handler(info);

	if ( info?$version )
		for ( _, handlers in ssl_rules_by_version[info$version] )
			for ( _, handler in handlers )
				handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(SSL::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_ssl));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no ssl.log, so that these rules are off: Framework_Certificate, Self_Signed_Outside");
	}
@endif

@ifdef ( X509::LOG )

# Rules by what certificate.serial of x509.log must match.
const x509_rules_by_certificate_serial: table[pattern] of vector of X509RecordHandler = {
	[/08BB00EE/i] = vector(cobalt_strike_serial_on_logged),
};

global watch_x509: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_x509(info: X509::Info, id: Log::ID, filter: Log::Filter)
	{

	for ( _, handlers in x509_rules_by_certificate_serial[info$certificate$serial] )
		for ( _, handler in handlers )
			handler(info);

	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter(X509::LOG, Log::Filter($name="sigzeek-zeek-logs", $writer=Log::WRITER_NONE, $policy=watch_x509));
	}
@else
event zeek_init()
	{
	Reporter::info("sigzeek package zeek-logs: this Zeek has no x509.log, so that these rules are off: Cobalt_Strike_Serial");
	}
@endif
