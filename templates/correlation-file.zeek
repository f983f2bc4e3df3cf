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
global {{ slug }}_rule = watched(RuleInfo(
{% for member in members %}	{{ member }}{% if loop.last %}));{% else %},{% endif %}
{% endfor %}
{% if at_hand %}redef record CorrelatedMatch += {
	# The window of the match's group, where it is at hand.
	{{ slug }}_window: CorrelationWindow &default=no_window;
};

# How long a window stays that Zeek has not looked up for long.
function {{ slug }}_time_left(windows: table[string] of CorrelationWindow, key: string): interval
	{
	return time_left(windows[key], {{ slug }}_timespan);
	}

{% endif %}# What is kept of each group, some time longer than it can matter.
global {{ slug }}_windows: table[string] of CorrelationWindow
	&read_expire={{ slug }}_timespan + double_to_interval(60.0){% if at_hand %} &expire_func={{ slug }}_time_left{% endif %};

{% if !changes.is_empty() %}event zeek_init() &priority=100
	{
{% for (option, handler) in changes %}	Option::set_change_handler("{{ module }}::{{ option }}", {{ handler }});
{% endfor %}	}

{% endif %}{% if ordinary.is_some() %}# Take a match that may decide something.
function {{ slug }}_decide(match: CorrelatedMatch, window: CorrelationWindow)
	{
{% else %}# Take a match.
function {{ slug }}_correlate(match: CorrelatedMatch)
	{
{% if at_hand %}	local window = match${{ slug }}_window;

{% endif %}{% endif %}	if ( {{ slug }}_rule$is_disabled )
		return;

	if ( Cluster::node != "" && ! is_kept_here({{ slug }}_rule, match) )
		return;

{% if stands_for_any %}{% for feed in feeds %}{{ feed }}
{% endfor %}
	if ( {{ slug }}_rule$is_silent )
		{
		++{{ slug }}_rule$outcomes$silent;
		return;
		}

{% endif %}	local timespan = {{ slug }}_timespan;

{% if at_hand %}	if ( window$is_forgotten )
		{
		window = {{ window }};

		if ( match$is_at_hand )
			match${{ slug }}_window = window;
		}
{% else %}	if ( ! match?$key )
		match$key = group_key(match$group);

	local window = match$key in {{ slug }}_windows
	               ? {{ slug }}_windows[match$key]
	               : {{ window }};
{% endif %}
	if ( window$latest < match$ts )
{% if takes_latest.is_empty() %}		window$latest = match$ts;
{% else %}		{
		window$latest = match$ts;
{% for line in takes_latest %}{% if line.is_empty() %}
{% else %}		{{ line }}
{% endif %}{% endfor %}		}
{% endif %}{% for line in takes_late %}	{{ line }}
{% endfor %}
{% for line in takes %}{% if line.is_empty() %}
{% else %}	{{ line }}
{% endif %}{% endfor %}{% if !unless.is_empty() %}
	if ( {{ unless }} )
		return;
{% endif %}
{% for line in reached %}	{{ line }}
{% endfor %}	{% if !stands_for_any %}if ( {{ slug }}_rule$is_silent )
		++{{ slug }}_rule$outcomes$silent;
	else {% endif %}if ( {% if has_thresholds %}window$raised != cat(threshold) || {% endif %}match$ts >= window$quiet_until )
		{
{% for line in raises %}		{{ line }}
{% endfor %}		}
{% if let Some(settles) = settles %}
	{{ settles }}
{% endif %}{% if !stands_for_any %}{% for feed in feeds %}
{{ feed }}
{% endfor %}{% endif %}	}
{% if let Some(ordinary) = ordinary %}
# Take a match.
function {{ slug }}_correlate(match: CorrelatedMatch)
	{
	local window = match${{ slug }}_window;

	# {{ ordinary.comment }}
	if ( {{ ordinary.is_one }} )
{% if ordinary.fires %}		{
{% for line in ordinary.takes %}		{{ line }}
{% endfor %}
		if ( {{ slug }}_rule$is_silent )
			++{{ slug }}_rule$outcomes$silent;
{% for feed in feeds %}
{% for line in feed.lines() %}{% if line.is_empty() %}
{% else %}	{{ line }}
{% endif %}{% endfor %}{% endfor %}		}
{% else %}{% for line in ordinary.takes %}		{{ line }}
{% endfor %}{% endif %}	else
		{{ slug }}_decide(match, window);
	}
{% endif %}
redef correlations += { [{{ id }}] = {{ slug }}_correlate };
