"""Goes through one procedure on the responder, by RPC calls of Samba's Python bindings.

They make calls that neither Samba's commands nor impacket's library make.
"""

import sys

from samba import NTSTATUSError, WERRORError
from samba.credentials import Credentials
from samba.dcerpc import dnsserver, lsa, spoolss, srvsvc, winreg, wkssvc
from samba.param import LoadParm

RESPONDER = "192.0.2.20"
USER, PASSWORD = "administrator", "Passw0rd!"
# A preferred maximum length ([MS-SRVS] 2.2.2.2): what there is.
WHOLE = 0xFFFFFFFF
ARCHITECTURE = "Windows x64"


def client(interface, pipe):
    """A client of an interface on a named pipe; stubs are in clear."""
    return client_of(interface, rf"ncacn_np:{RESPONDER}[\pipe\{pipe}]")


def client_of(interface, binding):
    parameters = LoadParm()
    parameters.load_default()
    credentials = Credentials()
    credentials.guess(parameters)
    credentials.set_username(USER)
    credentials.set_password(PASSWORD)
    return interface(binding, parameters, credentials)


def shutdown_initiated():
    """Through the winreg interface, as clients of Windows NT do."""
    message = lsa.StringLarge()
    message.string = "Maintenance"
    client(winreg.winreg, "winreg").InitiateSystemShutdownEx(None, message, 30, 1, 1, 0)


def print_processor_added():
    client(spoolss.spoolss, "spoolss").AddPrintProcessor(None, ARCHITECTURE, "example.dll", "example")


def print_processors_listed():
    buffer = bytes(4096)
    client(spoolss.spoolss, "spoolss").EnumPrintProcessors(None, ARCHITECTURE, 1, buffer, len(buffer))


def server_transports_listed():
    """net config server: the transports that the server service uses."""
    transports = srvsvc.NetTransportInfoCtr()
    transports.level = 0
    transports.ctr = srvsvc.NetTransportCtr0()
    client(srvsvc.srvsvc, "srvsvc").NetTransportEnum(None, transports, WHOLE, 0)


def workstation_transports_listed():
    """net config workstation: the transports that the workstation service uses."""
    transports = wkssvc.NetWkstaTransportInfo()
    transports.level = 0
    transports.ctr = wkssvc.NetWkstaTransportCtr0()
    client(wkssvc.wkssvc, "wkssvc").NetWkstaTransportEnum(None, transports, WHOLE, 0)


def transports_listed():
    """Both, and says which the responder refuses."""
    for procedure in server_transports_listed, workstation_transports_listed:
        try:
            procedure()
        except NTSTATUSError as error:
            print(f"{procedure.__name__}: {error}")


def dns_option_set(name, text):
    """dnscmd /config /NAME TEXT; signed, which leaves stubs in clear. The domain controller knows no such option."""
    data = dnsserver.DNSSRV_TYPEID_LPWSTR, text
    try:
        client_of(dnsserver.dnsserver, f"ncacn_ip_tcp:{RESPONDER}[sign]").DnssrvOperation2(
            dnsserver.DNS_CLIENT_VERSION_LONGHORN, 0, RESPONDER, None, 0, name, *data
        )
    except WERRORError:
        pass


if __name__ == "__main__":
    procedure, *arguments = sys.argv[1:]
    globals()[procedure](*arguments)
