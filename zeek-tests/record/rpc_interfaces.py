"""Interfaces of which single operations are called with empty stubs, each over a TCP port of its own.

INTERFACES has, by name: UUID, version, port, and how many operations Zeek knows of it. INDICATORS has the opnums that the pack
bzar looks for, by tactic and interface.
"""

INTERFACES = {
    "atsvc": ("1ff70682-0a51-30e8-076d-740be8cee98b", "1.0", 49160, 4),
    "drsuapi": ("e3514235-4b06-11d1-ab04-00c04fc2dcd2", "4.0", 49161, 31),
    "eventlog": ("82273fdc-e32a-18c3-3f78-827929dc23ea", "0.0", 49162, 27),
    "IEventService": ("f6beaff7-1e19-4fbb-9f8f-b89e2018337c", "1.0", 49163, 29),
    "InitShutdown": ("894de0c0-0d55-11d3-a322-00c04fa321a1", "1.0", 49164, 3),
    "IRemoteWinspool": ("76f03f96-cdfd-44fc-a22c-64950a001209", "1.0", 49165, 75),
    "ISeclogon": ("12b81e99-f207-4a4c-85d3-77b42f76fd14", "1.0", 49166, 2),
    "ITaskSchedulerService": ("86d35949-83c9-4044-b424-db363231fd0c", "1.0", 49167, 20),
    "IWbemServices": ("9556dc99-828c-11cf-a37e-00aa003240c7", "0.0", 49168, 26),
    "lsarpc": ("12345778-1234-abcd-ef00-0123456789ab", "0.0", 49169, 134),
    "samr": ("12345778-1234-abcd-ef00-0123456789ac", "1.0", 49170, 74),
    "spoolss": ("12345678-1234-abcd-ef00-0123456789ab", "1.0", 49171, 117),
    "srvsvc": ("4b324fc8-1670-01d3-1278-5a47bf6ee188", "3.0", 49172, 58),
    "svcctl": ("367abb81-9844-35f1-ad32-98f038001003", "2.0", 49173, 65),
    "WindowsShutdown": ("d95afe70-a6d5-4259-822e-2c84da1ddb0d", "1.0", 49174, 2),
    "winreg": ("338cd001-2244-31f1-aaaa-900038001003", "1.0", 49175, 36),
    "winstation_rpc": ("5ca4a760-ebb1-11cf-8611-00a0245420ed", "1.0", 49176, 76),
    "wkssvc": ("6bffd098-a112-3610-9833-46c3f87e345a", "1.0", 49177, 32),
}

INDICATORS = {
    "credential-access": {"drsuapi": [2, 3]},
    "defense-evasion": {"eventlog": [0, 12], "IEventService": [6]},
    "execution": {
        "svcctl": [12, 19, 24, 31, 44, 45],
        "IWbemServices": [24, 25],
        "atsvc": [0],
        "ITaskSchedulerService": [1, 12, 19],
    },
    "impact": {
        "winreg": [24, 30],
        "InitShutdown": [0, 2],
        "WindowsShutdown": [0],
        "winstation_rpc": [15],
        "samr": [4],
    },
    "persistence": {"ISeclogon": [0, 1], "spoolss": [14, 46], "IRemoteWinspool": [44, 51]},
    "discovery": {
        "srvsvc": [8, 9, 12, 15, 16, 21, 26, 28, 55],
        "wkssvc": [0, 2, 5],
        "lsarpc": [2, 7, 11, 14, 15, 18, 23, 26, 31, 32, 33, 35, 36, 39, 45, 46, 48, 50, 53, 57, 58, 68, 76, 77],
        "samr": [5, 6, 8, 11, 13, 15, 16, 17, 18, 20, 25, 28, 33, 36, 39, 40, 44, 46, 47, 48, 51],
    },
}
