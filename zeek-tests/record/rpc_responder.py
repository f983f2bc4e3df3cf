"""A responder for RPC interfaces that no free server implements.

It answers each call of the interfaces below with the operation's response, all parameters empty and the status success, and
does nothing else: enough for a client to go through a procedure as it would on Windows. Interfaces on named pipes are
reached through impacket's SMB2 server, without SMB encryption; the others listen on TCP. Unlike Windows it asks for no
RPC authentication, so that all stubs are in clear.

User "administrator", password "Passw0rd!".
"""

import argparse
import logging

from impacket import smbserver
from impacket.dcerpc.v5 import atsvc, even, even6, sasec, scmr, tsch
from impacket.dcerpc.v5.rpcrt import PFC_FIRST_FRAG, PFC_LAST_FRAG, DCERPCServer
from impacket.ntlm import compute_lmhash, compute_nthash

from rpc_interfaces import INTERFACES

USER, PASSWORD = "administrator", "Passw0rd!"

# Ports of the interfaces that are reached over TCP.
WMI_PORT = 49152
AUTOMATION_PORT = 49154
ACTIVATION_PORT = 135
SHUTDOWN_PORT = 49153

SUCCESS = bytes(4)
# ORPCTHAT without extensions ([MS-DCOM] 2.2.13.4), a null interface pointer and success.
ORPC_SUCCESS = bytes(8) + bytes(4) + SUCCESS
# The same with E_ACCESSDENIED.
ORPC_REFUSED = bytes(8) + bytes(4) + b"\5\0\7\x80"
# Level 0 and a null container, no entries, no resume handle ([MS-SRVS] 3.1.4.24, [MS-WKST] 3.2.4.4).
NO_TRANSPORTS = bytes(20) + SUCCESS
ERROR_ACCESS_DENIED = 5
# Little-endian, as statuses are in responses.
STATUS_ACCESS_DENIED = b"\x22\0\0\xc0"
ERROR_BAD_NETPATH = b"\x35\0\0\0"
# A context handle: no attributes, as on Windows, and a UUID ([C706] 14.3.11.4).
HANDLE, NO_HANDLE = bytes(4) + bytes(range(1, 17)), bytes(20)


def empty_responses(operations):
    """Callbacks, by opnum, that answer with the response that impacket declares for each of `operations`."""
    return {opnum: lambda _request, response=response: response() for opnum, (_, response) in operations.items()}


def same_response(response, opnums):
    """Callbacks, by opnum, that answer with the bytes `response`."""
    return {opnum: lambda _request: response for opnum in opnums}


def service_responses():
    """empty_responses for the service control manager, with the handles that impacket leaves out."""
    close_handle, create_service, open_manager, open_service = 0, 12, 15, 16
    return (
        empty_responses(scmr.OPNUMS)
        | same_response(NO_HANDLE + SUCCESS, [close_handle])
        | same_response(HANDLE + SUCCESS, [open_manager, open_service])
        # A null tag id comes first ([MS-SCMR] 3.1.4.12).
        | same_response(bytes(4) + HANDLE + SUCCESS, [create_service])
    )


def file_encryption_responses():
    """EFSRPC on a host that goes to the path that it is given and finds no share there ([MS-EFSR] 3.1.4.2)."""
    open_file_raw, encrypt_file, decrypt_file = 0, 4, 5
    return same_response(NO_HANDLE + ERROR_BAD_NETPATH, [open_file_raw]) | same_response(
        ERROR_BAD_NETPATH, [encrypt_file, decrypt_file]
    )


def print_responses():
    """The print spooler: a printer is opened, changes to it are announced, it is closed ([MS-RPRN] 3.1.4)."""
    open_printer, close_printer, first_change, first_change_ex = 1, 29, 62, 65
    return (
        same_response(HANDLE + SUCCESS, [open_printer])
        | same_response(NO_HANDLE + SUCCESS, [close_printer])
        # A null buffer comes first ([MS-RPRN] 3.1.4.10.3).
        | same_response(bytes(4) + SUCCESS, [first_change])
        | same_response(SUCCESS, [first_change_ex])
    )


def shadow_copy_responses():
    """FSRVP: versions; no share is supported, none has a shadow copy ([MS-FSRVP] 3.1.4)."""
    get_supported_version, is_path_supported, is_path_shadow_copied = 0, 8, 9
    return same_response(b"\1\0\0\0\1\0\0\0" + SUCCESS, [get_supported_version]) | same_response(
        bytes(8) + SUCCESS, [is_path_supported, is_path_shadow_copied]
    )


def channel_responses():
    """Netlogon on a domain controller that gives a challenge and refuses every credential ([MS-NRPC] 3.5.4.4)."""
    request_challenge, authenticate = 4, 26
    return same_response(bytes(range(8)) + SUCCESS, [request_challenge]) | same_response(
        bytes(8) + b"\xff\xff\x2f\x21" + bytes(4) + STATUS_ACCESS_DENIED, [authenticate]
    )


def job_refused(_request):
    """NetrJobAdd's response to a client that may not add jobs."""
    response = atsvc.NetrJobAddResponse()
    response["ErrorCode"] = ERROR_ACCESS_DENIED
    return response


PIPES = {
    "atsvc": {
        ("1ff70682-0a51-30e8-076d-740be8cee98b", "1.0"): empty_responses(atsvc.OPNUMS),
        ("378e52b0-c0a9-11cf-822d-00aa0051e40f", "1.0"): empty_responses(sasec.OPNUMS),
        ("86d35949-83c9-4044-b424-db363231fd0c", "1.0"): empty_responses(tsch.OPNUMS),
    },
    "srvsvc": {
        # NetrServerTransportEnum, and an operation that is for the host's own use; its name is not in [MS-SRVS].
        ("4b324fc8-1670-01d3-1278-5a47bf6ee188", "3.0"): same_response(NO_TRANSPORTS, [26]) | same_response(SUCCESS, [74])
    },
    # NetrWkstaTransportEnum.
    "wkssvc": {("6bffd098-a112-3610-9833-46c3f87e345a", "1.0"): same_response(NO_TRANSPORTS, [5])},
    "svcctl": {("367abb81-9844-35f1-ad32-98f038001003", "2.0"): service_responses()},
    "lsarpc": {("c681d488-d850-11d0-8c52-00c04fd90f7e", "1.0"): file_encryption_responses()},
    "efsrpc": {("df1941c5-fe89-4e79-bf10-463657acf44d", "1.0"): file_encryption_responses()},
    "netlogon": {("12345678-1234-abcd-ef00-01234567cffb", "1.0"): channel_responses()},
    "spoolss": {("12345678-1234-abcd-ef00-0123456789ab", "1.0"): print_responses()},
    # NetrDfsManagerGetVersion, which returns the version; NetrDfsAddStdRoot and NetrDfsRemoveStdRoot.
    "netdfs": {
        ("4fc742e0-4a10-11cf-8273-00aa004ae673", "3.0"): same_response(b"\4\0\0\0", [0])
        | same_response(ERROR_BAD_NETPATH, [12, 13])
    },
    "FssagentRpc": {("a8e0653c-2744-4389-a61d-7373df8b2292", "1.0"): shadow_copy_responses()},
    "eventlog": {
        # ElfrOpenBELW, whose handle impacket leaves out.
        ("82273fdc-e32a-18c3-3f78-827929dc23ea", "0.0"): empty_responses(even.OPNUMS)
        | same_response(HANDLE + SUCCESS, [9]),
        ("f6beaff7-1e19-4fbb-9f8f-b89e2018337c", "1.0"): empty_responses(even6.OPNUMS),
    },
}

TCP = {
    # RemoteGetClassObject and RemoteCreateInstance of the activation service.
    ACTIVATION_PORT: {("000001a0-0000-0000-c000-000000000046", "0.0"): same_response(ORPC_REFUSED, [3, 4])},
    WMI_PORT: {("9556dc99-828c-11cf-a37e-00aa003240c7", "0.0"): same_response(ORPC_SUCCESS, range(3, 26))},
    # GetTypeInfoCount and Invoke of IDispatch.
    AUTOMATION_PORT: {("00020400-0000-0000-c000-000000000046", "0.0"): same_response(ORPC_SUCCESS, [3, 6])},
    SHUTDOWN_PORT: {("d95afe70-a6d5-4259-822e-2c84da1ddb0d", "1.0"): same_response(SUCCESS, range(2))},
} | {
    port: {(uuid, version): same_response(SUCCESS, range(operations))}
    for uuid, version, port, operations in INTERFACES.values()
}


class Server(DCERPCServer):
    def processRequest(self, data):
        """Answers in one fragment, however many the request came in."""
        answer = super().processRequest(data)
        if answer is not None:
            answer["flags"] = PFC_FIRST_FRAG | PFC_LAST_FRAG
        return answer


def serve(interfaces, name, address="127.0.0.1", port=0):
    """Starts a server of `interfaces` that calls itself `name`; returns its TCP port."""
    server = Server()
    server.daemon = True
    server.setListenPort(port)
    if port:
        server.setListenAddress(address)
    for interface, callbacks in interfaces.items():
        server.addCallbacks(interface, name, callbacks)
    server.start()
    return server.getListenPort()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--refuse-jobs", action="store_true", help="deny NetrJobAdd to everyone")
    if parser.parse_args().refuse_jobs:
        PIPES["atsvc"]["1ff70682-0a51-30e8-076d-740be8cee98b", "1.0"][atsvc.NetrJobAdd.opnum] = job_refused

    logging.disable(logging.INFO)
    for port, interfaces in TCP.items():
        serve(interfaces, str(port), "0.0.0.0", port)

    smb = smbserver.SimpleSMBServer("0.0.0.0", 445)
    smb.setSMB2Support(True)
    smb.addCredential(USER, 1000, compute_lmhash(PASSWORD), compute_nthash(PASSWORD))
    for pipe, interfaces in PIPES.items():
        smb.registerNamedPipe(pipe, ("127.0.0.1", serve(interfaces, "\\PIPE\\" + pipe)))
    smb.start()


if __name__ == "__main__":
    main()
