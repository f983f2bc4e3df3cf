# Rules that start off or silent are tested, too.
redef {{ module }}::disabled_rules = {};
redef {{ module }}::silent_rules = {};
