##! Dispatch of logs' records to the rules that watch them.
##!
##! A filter of the package's own on each stream is told of every record once, whatever operators do to theirs, and writes
##! nothing. Of a stream that is disabled no records come.

@load ./log-records

module {{ module }};
{% for log in logs %}
@ifdef ( {{ log.stream }} )
{% for table in log.tables %}
# {{ table.comment }}
const {{ table.name }}: table[{{ table.key }}] of vector of {{ log.handler }} = {
{% for entry in table.entries %}{% if !entry.comment.is_empty() %}	{{ entry.comment }}
{% endif %}	[{{ entry.pattern }}] = vector({{ entry.handlers }}),
{% endfor %}};
{% endfor %}{% if !log.every.is_empty() %}
# Rules that run on every record of {{ log.log }}.log.
const every_{{ log.name }}_rules: vector of {{ log.handler }} = vector({{ log.every }});
{% endif %}
global watch_{{ log.name }}: Log::PolicyHook;

# Runs the rules of a record, and keeps the filter from writing it.
hook watch_{{ log.name }}(info: {{ log.record }}, id: Log::ID, filter: Log::Filter)
	{
{% if log.is_notice %}
	# A notice of a pack is no record for its rules.
	if ( info?$rule_id )
		break;
{% endif %}{% for table in log.tables %}{% if table.is_pattern %}
{% if let Some(guard) = table.guard %}	if ( {{ guard }} )
		for ( _, handlers in {{ table.name }}[{{ table.subject }}] )
			for ( _, handler in handlers )
				handler(info);
{% else %}	for ( _, handlers in {{ table.name }}[{{ table.subject }}] )
		for ( _, handler in handlers )
			handler(info);
{% endif %}{% else %}
	if ( {% if let Some(guard) = table.guard %}{{ guard }} && {% endif %}{{ table.subject }} in {{ table.name }} )
		for ( _, value_handler in {{ table.name }}[{{ table.subject }}] )
			value_handler(info);
{% endif %}{% endfor %}{% if !log.every.is_empty() %}
	for ( _, every_handler in every_{{ log.name }}_rules )
		every_handler(info);
{% endif %}
	break;
	}

event zeek_init() &priority=-10
	{
	Log::add_filter({{ log.stream }}, Log::Filter($name={{ filter }}, $writer=Log::WRITER_NONE, $policy=watch_{{ log.name }}));
	}
@else
event zeek_init()
	{
	Reporter::info({{ log.off }});
	}
@endif
{% endfor %}
