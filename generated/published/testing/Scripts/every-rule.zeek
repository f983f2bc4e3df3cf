# Rules that start off or silent are tested, too.
redef Published::disabled_rules = {};
redef Published::silent_rules = {};
