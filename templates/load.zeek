{% for file in files %}@load ./{{ file }}
{% endfor %}
