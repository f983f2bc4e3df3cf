##! Admin Share Connected
##!
##! Id:              47a9ce8d-f5a2-4547-b3cd-32d1d6060aac
##! ATT&CK:          T1021.002 Remote Services: SMB/Windows Admin Shares
##! Level:           low
##! Robustness:      4H
##! Author:          sigzeek
##! Reference:       https://attack.mitre.org/techniques/T1021/002/
##! Reference:       https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-smb2/832d2130-22e8-4afb-aafd-b30bb0901798
##! Reference:       https://github.com/mitre-attack/bzar
##! False positives: Administration and software deployment over admin shares
##! Matches:         1 of (selection_usual, selection_operator)
##! Matches:         selection_usual: path|contains: '\C$' or '\ADMIN$'
##! Matches:         selection_operator: path|expand: '%admin_shares%'
##!
##! A client asks for the share C$ or ADMIN$ of a host, whether or not it is let in. By itself everyday administration,
##! so the rule is silent by default; many such connects from one host are not. The option placeholder_admin_shares
##! takes the paths of further shares, such as \\files01\d$.

module Bzar;

# Without notices until an operator takes it out of the set.
redef silent_rules += { T1021_002_Admin_Share };

global t1021_002_admin_share_rule = watched(RuleInfo(
	$rule=T1021_002_Admin_Share,
	$note=ATTACK::Lateral_Movement,
	$id="47a9ce8d-f5a2-4547-b3cd-32d1d6060aac",
	$title="Admin Share Connected",
	$sub="T1021.002 Remote Services: SMB/Windows Admin Shares",
	$level="low",
	$attack=vector("T1021.002"),
	$robustness="4H"));

function t1021_002_admin_share_on_tree_request(c: connection, tree: SMB::TreeInfo, connect: TreeConnect)
	{
	if ( tree?$path
	     && (/\\C\$/i in tree$path
	         || /\\ADMIN\$/i in tree$path
	         || any_is_listed(vector(tree$path), placeholder_admin_shares, "", "", F)) )
		{
		if ( t1021_002_admin_share_rule$is_just_silent )
			++t1021_002_admin_share_rule$outcomes$silent;
		else if ( ! may_raise(t1021_002_admin_share_rule, c) )
			return;
		else if ( makes_notice(t1021_002_admin_share_rule, c) )
			notify(t1021_002_admin_share_rule, c, cat("Detected SMB::TREE_CONNECT to admin file share '", (tree?$path ? tree$path : "-"), "'"));

		correlate_match(t1021_002_admin_share_rule, c, admin_shares_from_host_correlate,
		                CorrelatedMatch($ts=network_time(),
		                                $group=vector(cat(c$id$orig_h)),
		                                $uid=c$uid));
		}
	}
