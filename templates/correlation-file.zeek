{% for line in header %}{{ line }}
{% endfor %}
module {{ module }};

export {
{% if own_type %}	redef enum Notice::Type += {
		{{ note_comment }}
		{{ note }},
	};

{% endif %}	## How long events count together.
	option {{ slug }}_timespan = {{ timespan }};
{% for option in options %}
	## {{ option.comment }}
	option {{ option.name }}: {{ option.kind }} = {{ option.value }};
{% endfor %}}
{% if !enabled %}
# Off until an operator takes it out of the set.
redef disabled_rules += { {{ note }} };
{% endif %}{% if !reported %}
# Without notices until an operator takes it out of the set.
redef silent_rules += { {{ note }} };
{% endif %}
global {{ slug }}_rule = RuleInfo(
{% for member in members %}	{{ member }}{% if loop.last %});{% else %},{% endif %}
{% endfor %}
# What is kept of each group, some time longer than it can matter.
global {{ slug }}_windows: table[string] of CorrelationWindow
	&read_expire={{ slug }}_timespan + double_to_interval(60.0);

# Take a match, where the state of its group is kept.
function {{ slug }}_take(match: CorrelatedMatch)
	{
{% if stands_for_any %}{% for feed in feeds %}{{ feed }}
{% endfor %}
	if ( {{ slug }}_rule${{ key }} in silent_rules )
		return;

{% endif %}	local timespan = {{ slug }}_timespan;
	local window = window_of({{ slug }}_windows, match, timespan);
{% for line in takes %}	{{ line }}
{% endfor %}{% if !stands_for_any %}
	if ( {{ unless }} )
		return;
{% endif %}
{% for line in reached %}	{{ line }}
{% endfor %}{% if stands_for_any %}	local identifier = cat({{ slug }}_rule$id, " ", {{ identifier }});

	if ( window$raised != identifier || match$ts >= window$quiet_until )
		{
{% for line in raises %}		{{ line }}
{% endfor %}		}
{% else %}	if ( {{ slug }}_rule${{ key }} !in silent_rules )
		{
		local identifier = cat({{ slug }}_rule$id, " ", {{ identifier }});

		if ( window$raised != identifier || match$ts >= window$quiet_until )
			{
{% for line in raises %}			{{ line }}
{% endfor %}			}
		}
{% endif %}{% if !stands_for_any %}{% for feed in feeds %}
{{ feed }}
{% endfor %}{% endif %}	}

function {{ slug }}_correlate(match: CorrelatedMatch)
	{
	if ( |disabled_rules| > 0 && {{ slug }}_rule${{ key }} in disabled_rules )
		return;

	if ( Cluster::node == "" || is_kept_here({{ slug }}_rule, match) )
		{{ slug }}_take(match);
	}

redef correlations += { [{{ id }}] = {{ slug }}_take };
