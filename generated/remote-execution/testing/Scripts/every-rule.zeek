# Rules that start off or silent are tested, too.
redef RemoteExecution::disabled_rules = {};
redef RemoteExecution::silent_rules = {};
