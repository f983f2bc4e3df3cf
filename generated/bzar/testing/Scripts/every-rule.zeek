# Rules that start off or silent are tested, too.
redef Bzar::disabled_rules = {};
redef Bzar::silent_rules = {};
