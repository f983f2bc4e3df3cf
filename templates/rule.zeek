{% for line in header %}{{ line }}
{% endfor %}
module {{ module }};

{% if own_type %}export {
	redef enum Notice::Type += {
		{{ note_comment }}
		{{ note }},
{% if let Some(extracted) = extracted_note %}		## A file that this rule asks for was saved.
		{{ extracted }},
{% endif %}	};
}
{% endif %}{% if !enabled %}
# Off until an operator takes it out of the set.
redef disabled_rules += { {{ note }} };
{% endif %}{% if !reported %}
# Without notices until an operator takes it out of the set.
redef silent_rules += { {{ note }} };
{% endif %}
global {{ slug }}_rule = {% if by_place %}usual_rule({% else %}watched(RuleInfo({% endif %}
{% for member in members %}	{{ member }}{% if loop.last %}){% if !by_place %}){% endif %};{% else %},{% endif %}
{% endfor %}{% for set in sets %}
const {{ set.name }}: set[{{ set.kind }}] = {
{% for member in set.members %}	# {{ member.1 }}
	{{ member.0 }},
{% endfor %}};
{% endfor %}{% if let Some(stream) = needs %}
@ifdef ( {{ stream }} )
{% endif %}{% for function in functions %}
{{ function }}
{% endfor %}{% if needs.is_some() %}@endif
{% endif %}
