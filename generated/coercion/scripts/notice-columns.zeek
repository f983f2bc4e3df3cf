##! Columns that every sigzeek pack adds to notice.log. Packs that are loaded together each bring this file: the first
##! one wins.

@ifndef ( SigzeekNotice::COLUMNS )

module SigzeekNotice;

export {
	const COLUMNS = T;

	redef record Notice::Info += {
		## Id of the Sigma rule that raised the notice.
		rule_id: string &log &optional;
		## The rule's level, as Sigma has it.
		rule_level: string &log &optional;
		## ATT&CK techniques that the rule is tagged with.
		attack: vector of string &log &optional;
		## The rule's robustness score after Summiting the Pyramid: a row from 1 to 5, and the column of protocol
		## headers (H) or payload (P).
		robustness: string &log &optional;
	};
}

@endif
