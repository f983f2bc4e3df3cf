# Arguments of the {{ side }} of {{ operation }}.
type {{ record }}: record {
	# Whether the stub could be read.
	is_read: bool &default=F;
{% for field in fields %}{% if field.is_list %}	{{ field.name }}: vector of {{ field.zeek_type }} &default=vector();
{% else %}	{{ field.name }}: {{ field.zeek_type }} &optional;
{% endif %}{% endfor %}};

# Reads the {{ side }} of {{ operation }}{% if !is_whole %} as far as
# rules ask for it{% endif %}:
#
{% for parameter in parameters %}#   {{ parameter.name }} {{ parameter.type_name }}
{% endfor %}function {{ function }}(bytes: string, is_little_endian: bool): {{ record }}
	{
{% if is_whole %}	local read = {{ record }}();
{% endif %}	SigzeekStub::stub = bytes;
	SigzeekStub::is_little_endian = is_little_endian;
{% if is_whole %}	local least = SigzeekStub::UNREAD;
{% endif %}
	for ( _, word in SigzeekStub::words )
		{
{% if let Some(place) = offset_in_ndr %}		# The offset of the first text, which is 0 in NDR. NDR64 has its maximum count there.
		if ( word == 4 && sub_bytes(bytes, {{ place }}, 4) != SigzeekStub::null )
			next;

{% endif %}		SigzeekStub::word = word;
		SigzeekStub::at = 1;
		local values = {{ record }}($is_read=T);
{{ body }}
{% if is_whole %}		local unread = SigzeekStub::unread();

		if ( unread < least )
			{
			least = unread;
			read = values;
			}

		if ( least == 0 )
			break;
{% else %}		if ( SigzeekStub::at <= |bytes| + 1 )
			return values;
{% endif %}		}

	return {% if is_whole %}read{% else %}{{ record }}(){% endif %};
	}
