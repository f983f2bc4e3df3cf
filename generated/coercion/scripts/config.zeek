##! This site's tuning of the package, loaded last. zkg keeps this file as it is here when it upgrades the package.
##!
##! The package's README lists the options. A rule that is gone takes its name with it: take it out here, too.

# redef Coercion::disabled_rules += { Coercion::Name_Of_A_Rule };
# redef Coercion::allowed_originators += { 192.0.2.0/24 };
# redef Coercion::allowed_originator_names += { "*.deployment.corp.example" };
# redef Coercion::allowed_by_technique += { ["T1053"] = [$originators=set(192.0.2.7/32)] };
