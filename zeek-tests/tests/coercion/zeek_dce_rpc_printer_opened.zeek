# @TEST-DOC: A printer is opened, by any of the three operations. The rule is silent, and made to report here; `sigzeek test` tries it in the replay engine.
# @TEST-ALTERNATIVE: zeek
# @TEST-EXEC: raises %INPUT recorded/printer-opened recorded/printer-of-its-own-opened
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/print-processors-listed recorded/event-log-read

@load coercion/scripts

redef Coercion::silent_rules -= { Coercion::Printer_Opened };
