##! Types of notices by ATT&CK tactic, which packs that are loaded together share, MITRE's BZAR included: the first one
##! wins. BZAR itself asks for nothing that is there already, so load it before this pack.

@load base/frameworks/notice

module ATTACK;

@ifndef ( ATTACK::Credential_Access )
export {
	redef enum Notice::Type += { Credential_Access };
}
@endif

@ifndef ( ATTACK::Defense_Evasion )
export {
	redef enum Notice::Type += { Defense_Evasion };
}
@endif

@ifndef ( ATTACK::Discovery )
export {
	redef enum Notice::Type += { Discovery };
}
@endif

@ifndef ( ATTACK::Execution )
export {
	redef enum Notice::Type += { Execution };
}
@endif

@ifndef ( ATTACK::Impact )
export {
	redef enum Notice::Type += { Impact };
}
@endif

@ifndef ( ATTACK::Lateral_Movement )
export {
	redef enum Notice::Type += { Lateral_Movement };
}
@endif

@ifndef ( ATTACK::Lateral_Movement_Extracted_File )
export {
	redef enum Notice::Type += { Lateral_Movement_Extracted_File };
}
@endif

@ifndef ( ATTACK::Lateral_Movement_Multiple_Attempts )
export {
	redef enum Notice::Type += { Lateral_Movement_Multiple_Attempts };
}
@endif

@ifndef ( ATTACK::Lateral_Movement_and_Execution )
export {
	redef enum Notice::Type += { Lateral_Movement_and_Execution };
}
@endif

@ifndef ( ATTACK::Persistence )
export {
	redef enum Notice::Type += { Persistence };
}
@endif
