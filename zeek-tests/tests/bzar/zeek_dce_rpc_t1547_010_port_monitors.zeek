# @TEST-DOC: A print monitor or processor added, over either interface; the other operations of the spooler do not count.
# @TEST-EXEC: raises %INPUT recorded/calls-persistence recorded/print-processor-added
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT recorded/calls-beside-persistence recorded/print-processors-listed recorded/printer-driver-added

@load bzar/scripts
