"""Goes through one procedure, by RPC calls of impacket's, on the responder.

The calls are those that the tools named in each function make. What those tools do around them, on other interfaces, is
left out.
"""

import struct
import sys

from impacket.dcerpc.v5 import atsvc, dcomrt, even, even6, nrpc, rrp, sasec, scmr, srvs, tsch
from impacket.dcerpc.v5.dcom import wmi
from impacket.dcerpc.v5.dtypes import NULL
from impacket.dcerpc.v5.ndr import NDRCALL
from impacket.dcerpc.v5.rpcrt import DCERPCException
from impacket.dcerpc.v5.transport import DCERPCTransportFactory
from impacket.uuid import generate, string_to_bin, uuidtup_to_bin

from rpc_interfaces import INDICATORS, INTERFACES

RESPONDER = "192.0.2.20"
USER, PASSWORD = "administrator", "Passw0rd!"
WMI_PORT, SHUTDOWN_PORT, AUTOMATION_PORT, ACTIVATION_PORT = 49152, 49153, 49154, 135

# [MS-TSCH] 2.3.4.
JOB_NONINTERACTIVE = 0x10

# [MS-SCMR] 2.2.40.
SC_ACTION_RUN_COMMAND = 3

TASK = "\\Example\0"
TASK_DEFINITION = """<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Principals><Principal id="LocalSystem"><UserId>S-1-5-18</UserId></Principal></Principals>
  <Actions Context="LocalSystem">
    <Exec><Command>cmd.exe</Command><Arguments>/C whoami</Arguments></Exec>
  </Actions>
</Task>
\0"""


class Bound:
    """A client of `interface` at `endpoint`; a context manager that connects and disconnects."""

    def __init__(self, endpoint, interface):
        self.transport = DCERPCTransportFactory(endpoint)
        self.interface = interface

    def __enter__(self):
        if hasattr(self.transport, "set_credentials"):
            self.transport.set_credentials(USER, PASSWORD)
        self.client = self.transport.get_dce_rpc()
        self.client.connect()
        self.client.bind(self.interface)
        return self.client

    def __exit__(self, *_):
        self.client.disconnect()


def pipe(name, interface):
    return Bound(rf"ncacn_np:{RESPONDER}[\pipe\{name}]", interface)


def tcp(port, interface):
    return Bound(f"ncacn_ip_tcp:{RESPONDER}[{port}]", interface)


def task_run_once():
    """impacket's atexec: register, run, wait for the end, delete."""
    with pipe("atsvc", tsch.MSRPC_UUID_TSCHS) as client:
        tsch.hSchRpcRegisterTask(client, TASK, TASK_DEFINITION, tsch.TASK_CREATE, NULL, tsch.TASK_LOGON_NONE)
        tsch.hSchRpcRun(client, TASK)
        tsch.hSchRpcGetLastRunInfo(client, TASK)
        tsch.hSchRpcDelete(client, TASK)


def task_enabled():
    """schtasks /change /enable."""
    with pipe("atsvc", tsch.MSRPC_UUID_TSCHS) as client:
        tsch.hSchRpcHighestVersion(client)
        tsch.hSchRpcEnableTask(client, TASK, True)


def tasks_listed():
    """schtasks /query."""
    with pipe("atsvc", tsch.MSRPC_UUID_TSCHS) as client:
        tsch.hSchRpcHighestVersion(client)
        tsch.hSchRpcEnumTasks(client, "\\\0")


def task_account_set():
    """The account of a .job task, and that of all AT jobs."""
    with pipe("atsvc", sasec.MSRPC_UUID_SASEC) as client:
        sasec.hSASetAccountInformation(client, NULL, "Example.job\0", "EXAMPLE\\svc\0", "Passw0rd!\0")
        sasec.hSASetNSAccountInformation(client, NULL, "EXAMPLE\\svc\0", "Passw0rd!\0")


def task_account_read():
    """The account of all AT jobs."""
    with pipe("atsvc", sasec.MSRPC_UUID_SASEC) as client:
        sasec.hSAGetNSAccountInformation(client, NULL)


def job_added(command, fragment=None):
    """at \\\\responder 12:00 COMMAND; in fragments of so many bytes of stub, if given."""
    job = atsvc.AT_INFO()
    job["JobTime"] = 12 * 3600 * 1000
    job["DaysOfMonth"] = job["DaysOfWeek"] = 0
    job["Flags"] = JOB_NONINTERACTIVE
    job["Command"] = command + "\0"
    with pipe("atsvc", atsvc.MSRPC_UUID_ATSVC) as client:
        if fragment:
            client.set_max_fragment_size(int(fragment))
        request = atsvc.NetrJobAdd()
        request["ServerName"] = NULL
        request["pAtInfo"] = job
        client.request(request, checkError=False)


def job_deleted():
    """at \\\\responder 1 /delete."""
    with pipe("atsvc", atsvc.MSRPC_UUID_ATSVC) as client:
        atsvc.hNetrJobDel(client, NULL, 1, 1)


def jobs_listed():
    """at \\\\responder."""
    container = atsvc.AT_ENUM_CONTAINER()
    container["Buffer"] = NULL
    with pipe("atsvc", atsvc.MSRPC_UUID_ATSVC) as client:
        atsvc.hNetrJobEnum(client, NULL, container, 0xFFFFFFFF)


def log_cleared():
    """ClearEventLog of the Windows API, on a classic log."""
    with pipe("eventlog", even.MSRPC_UUID_EVEN) as client:
        log = even.hElfrOpenELW(client, "Security\0")["LogHandle"]
        even.hElfrClearELFW(client, log)
        even.hElfrCloseEL(client, log)


def log_read():
    """GetNumberOfEventLogRecords of the Windows API."""
    with pipe("eventlog", even.MSRPC_UUID_EVEN) as client:
        log = even.hElfrOpenELW(client, "Security\0")["LogHandle"]
        even.hElfrNumberOfRecords(client, log)
        even.hElfrCloseEL(client, log)


def channel_cleared():
    """wevtutil clear-log Security /remote:responder."""
    with pipe("eventlog", even6.MSRPC_UUID_EVEN6) as client:
        control = even6.hEvtRpcRegisterControllableOperation(client)["Handle"]
        even6.hEvtRpcClearLog(client, control, "Security\0")
        even6.hEvtRpcClose(client, control)


def channels_listed():
    """wevtutil enum-logs /remote:responder."""
    with pipe("eventlog", even6.MSRPC_UUID_EVEN6) as client:
        request = even6.EvtRpcGetChannelList()
        request["Flags"] = 0
        client.request(request)


def wmi_call(request):
    """A call of IWbemServices; the activation by which a DCOM client finds the port is left out."""
    request["ORPCthis"]["cid"] = generate()
    request["ORPCthis"]["extensions"] = NULL
    request["ORPCthis"]["flags"] = 1
    request["lFlags"] = 0
    request["pCtx"] = NULL
    with tcp(WMI_PORT, wmi.IID_IWbemServices) as client:
        client.call(request.opnum, request, uuid=generate())
        client.recv()


def process_created():
    """impacket's wmiexec, or wmic process call create; without the object that holds the method's parameters."""
    request = wmi.IWbemServices_ExecMethod()
    request["strObjectPath"]["asData"] = "Win32_Process\0"
    request["strMethodName"]["asData"] = "Create\0"
    request["pInParams"] = NULL
    request.fields["ppOutParams"].fields["Data"] = NULL
    request.fields["ppCallResult"] = NULL
    wmi_call(request)


def processes_queried():
    """wmic process list: names the class, and reads."""
    request = wmi.IWbemServices_ExecQuery()
    request["strQueryLanguage"]["asData"] = "WQL\0"
    request["strQuery"]["asData"] = "SELECT Name, CreationDate FROM Win32_Process\0"
    wmi_call(request)


def key_read(name):
    """Opens a key of HKEY_LOCAL_MACHINE with KEY_READ, as reg query does, and closes it."""
    with pipe("winreg", rrp.MSRPC_UUID_RRP) as client:
        machine = rrp.hOpenLocalMachine(client)["phKey"]
        key = rrp.hBaseRegOpenKey(client, machine, name + "\0", 0, rrp.KEY_READ)["phkResult"]
        rrp.hBaseRegCloseKey(client, key)


class WsdrInitiateShutdown(NDRCALL):
    """[MS-RSP] 3.3.4.1, with all parameters empty but the grace period."""

    opnum = 0
    structure = (
        ("lpMessage", rrp.PRRP_UNICODE_STRING),
        ("dwGracePeriod", rrp.DWORD),
        ("dwShudownFlags", rrp.DWORD),
        ("dwReason", rrp.DWORD),
        ("lpClientHint", rrp.PRRP_UNICODE_STRING),
    )


def shutdown_initiated():
    """shutdown /r /m \\\\responder of Windows since Vista."""
    request = WsdrInitiateShutdown()
    request["lpMessage"] = request["lpClientHint"] = NULL
    request["dwGracePeriod"] = 30
    request["dwShudownFlags"] = 4
    request["dwReason"] = 0
    with tcp(SHUTDOWN_PORT, uuidtup_to_bin(("d95afe70-a6d5-4259-822e-2c84da1ddb0d", "1.0"))) as client:
        client.call(request.opnum, request)
        client.recv()


def operations_called(operations):
    """Calls operations, given as opnums by interface, with a stub of four zero bytes."""
    for interface, opnums in operations.items():
        uuid, version, port, _ = INTERFACES[interface]
        with tcp(port, uuidtup_to_bin((uuid, version))) as client:
            for opnum in opnums:
                client.call(opnum, bytes(4))
                client.recv()


def indicators_called(tactic):
    """Every operation that the pack bzar looks for, for one tactic."""
    operations_called(INDICATORS[tactic])


def indicators_avoided(tactic):
    """All other operations of the same interfaces."""
    others = {}
    for interface in INDICATORS[tactic]:
        indicators = {opnum for operations in INDICATORS.values() for opnum in operations.get(interface, [])}
        others[interface] = [opnum for opnum in range(INTERFACES[interface][3]) if opnum not in indicators]
    operations_called({interface: opnums for interface, opnums in others.items() if opnums})


def clock_read():
    """net time \\\\responder."""
    with pipe("srvsvc", srvs.MSRPC_UUID_SRVS) as client:
        srvs.hNetrRemoteTOD(client)


def service_started(times):
    """sc \\\\responder start Spooler, so many times; what the service answers does not matter."""
    with pipe("svcctl", scmr.MSRPC_UUID_SCMR) as client:
        manager = scmr.hROpenSCManagerW(client)["lpScHandle"]
        service = scmr.hROpenServiceW(client, manager, "Spooler\0")["lpServiceHandle"]
        for _ in range(int(times)):
            request = scmr.RStartServiceW()
            request["hService"] = service
            request["argc"] = 0
            request["argv"] = NULL
            client.request(request, checkError=False)
        scmr.hRCloseServiceHandle(client, service)


def service_failure_command_set(command):
    """sc \\\\responder failure Spooler actions= run/0 command= COMMAND."""
    action = scmr.SC_ACTION()
    action["Type"] = SC_ACTION_RUN_COMMAND
    action["Delay"] = 0
    actions = scmr.SC_ACTIONS()
    actions["Data"] = scmr.SC_ACTION_ARRAY()
    actions["Data"].append(action)
    with pipe("svcctl", scmr.MSRPC_UUID_SCMR) as client:
        manager = scmr.hROpenSCManagerW(client)["lpScHandle"]
        service = scmr.hROpenServiceW(client, manager, "Spooler\0")["lpServiceHandle"]
        request = scmr.RChangeServiceConfig2W()
        request["hService"] = service
        request["Info"]["dwInfoLevel"] = request["Info"]["Union"]["tag"] = scmr.SERVICE_CONFIG_FAILURE_ACTIONS
        failure = request["Info"]["Union"]["psfa"]
        failure["dwResetPeriod"] = 0
        failure["lpRebootMsg"] = NULL
        failure["lpCommand"] = command + "\0"
        failure["lpsaActions"] = actions
        client.request(request, checkError=False)
        scmr.hRCloseServiceHandle(client, service)


def object_created(class_id):
    """CoCreateInstanceEx of the Windows API; for IDispatch, as scripts ask for. The responder refuses."""
    with tcp(ACTIVATION_PORT, dcomrt.IID_IRemoteSCMActivator) as client:
        try:
            dcomrt.IRemoteSCMActivator(client).RemoteCreateInstance(
                string_to_bin(class_id), string_to_bin("00020400-0000-0000-C000-000000000046")
            )
        except DCERPCException:
            pass


def method_invoked():
    """IDispatch's GetTypeInfoCount and Invoke on an object ([MS-OAUT] 3.1.4.1 and 3.1.4.4), as scripts do. The parameters of what
    is invoked are left out; so is the activation."""
    get_type_info_count, invoke = 3, 6
    first_method, english, dispatch_method = 1, 0x409, 1
    no_extensions, no_interface = bytes(4), bytes(16)
    orpc_this = struct.pack("<HHII", 5, 7, 0, 0) + generate() + no_extensions
    method = struct.pack("<i", first_method) + no_interface + struct.pack("<II", english, dispatch_method)
    with tcp(AUTOMATION_PORT, uuidtup_to_bin(("00020400-0000-0000-c000-000000000046", "0.0"))) as client:
        for opnum, rest in ((get_type_info_count, b""), (invoke, method)):
            client.call(opnum, orpc_this + rest, uuid=generate())
            client.recv()


def type_information_counted():
    """IDispatch's GetTypeInfoCount alone, by which a client asks whether an object tells of its methods."""
    with tcp(AUTOMATION_PORT, uuidtup_to_bin(("00020400-0000-0000-c000-000000000046", "0.0"))) as client:
        client.call(3, struct.pack("<HHII", 5, 7, 0, 0) + generate() + bytes(4), uuid=generate())
        client.recv()


def text(characters):
    """A string of wchar_t with its counts, and what aligns what follows it ([C706] 14.3.4.2)."""
    terminated = characters + "\0"
    written = struct.pack("<III", len(terminated), 0, len(terminated)) + terminated.encode("utf-16-le")
    return written + bytes(-len(written) % 4)


def sid_history_added(source, destination):
    """DsAddSidHistory of the Windows API ([MS-DRSR] 4.1.2): an account of another domain gives its SID to one of the responder's.
    Unlike Windows', the call is in clear."""
    add_sid_history, version, flags, null, referent = 20, 1, 0, 0, 0x20000
    uuid, interface_version, port, _ = INTERFACES["drsuapi"]
    domains = "OLD", "EXAMPLE"
    request = struct.pack("<3I", version, version, flags) + struct.pack("<3I", referent, referent, null)
    # Credentials for the other domain: lengths and texts of user, domain and password.
    request += struct.pack("<6I", 0, null, 0, null, 0, null) + struct.pack("<2I", referent, referent)
    for characters in domains[0], source, domains[1], destination:
        request += text(characters)
    with tcp(port, uuidtup_to_bin((uuid, interface_version))) as client:
        client.call(add_sid_history, bytes(4) + bytes(range(1, 17)) + request)
        client.recv()


def drsuapi_unbound():
    """DRSUnbind of a handle, which every client of the directory's replication calls."""
    uuid, interface_version, port, _ = INTERFACES["drsuapi"]
    with tcp(port, uuidtup_to_bin((uuid, interface_version))) as client:
        client.call(1, bytes(4) + bytes(range(1, 17)))
        client.recv()


def channel_begun(credential):
    """NetrServerReqChallenge and NetrServerAuthenticate3, with that credential in hexadecimal, which the responder refuses."""
    with pipe("netlogon", nrpc.MSRPC_UUID_NRPC) as client:
        nrpc.hNetrServerReqChallenge(client, NULL, "ORIGINATOR\0", bytes(range(1, 9)))
        try:
            nrpc.hNetrServerAuthenticate3(
                client,
                NULL,
                "WORKSTATION$\0",
                nrpc.NETLOGON_SECURE_CHANNEL_TYPE.WorkstationSecureChannel,
                "ORIGINATOR\0",
                bytes.fromhex(credential),
                0x212FFFFF,
            )
        except DCERPCException:
            pass


if __name__ == "__main__":
    procedure, *arguments = sys.argv[1:]
    globals()[procedure](*arguments)
