# Rules that start off or silent are tested, too.
redef ZeekLogs::disabled_rules = {};
redef ZeekLogs::silent_rules = {};
