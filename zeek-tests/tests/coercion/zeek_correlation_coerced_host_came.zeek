# @TEST-DOC: The host came to the caller. A caller whom no host comes to, and hosts that come of their own accord, do not count.
# @TEST-EXEC: raises %INPUT cve-2022-26809/exploit
# @TEST-EXEC: btest-diff notices
# @TEST-EXEC: quiet %INPUT petitpotam/patched-efs recorded/share-written recorded/printer-opened

@load coercion/scripts
