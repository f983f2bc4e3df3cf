# Rules that start off or silent are tested, too.
redef Coercion::disabled_rules = {};
redef Coercion::silent_rules = {};
