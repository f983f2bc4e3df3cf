##! Types of notices by ATT&CK tactic, which packs that are loaded together share, MITRE's BZAR included: the first one
##! wins. BZAR itself asks for nothing that is there already, so load it before this pack.

@load base/frameworks/notice

module ATTACK;
{% for kind in types %}
@ifndef ( ATTACK::{{ kind }} )
export {
	redef enum Notice::Type += { {{ kind }} };
}
@endif
{% endfor %}
