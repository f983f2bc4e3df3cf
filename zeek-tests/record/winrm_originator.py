"""Goes through one procedure on the WinRM service, with pywinrm, pypsrp or requests as the client."""

import sys
import uuid
import xml.etree.ElementTree as ElementTree

import requests
import winrm
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

RESPONDER, PORT = "192.0.2.20", 5985
USER, PASSWORD = "administrator", "Passw0rd!"
SERVICE = f"http://{RESPONDER}:{PORT}/wsman"

TASKS = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/Microsoft/Windows/TaskScheduler/PS_ScheduledTask"
TASK_DEFINITION = (
    '<?xml version="1.0" encoding="UTF-16"?>'
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><Actions><Exec>'
    "<Command>cmd.exe</Command><Arguments>/c whoami</Arguments></Exec></Actions></Task>"
)


def session():
    return winrm.Session(SERVICE, auth=(USER, PASSWORD), transport="basic", message_encryption="never")


def service():
    return WSMan(RESPONDER, port=PORT, ssl=False, auth="basic", username=USER, password=PASSWORD, encryption="never")


def input_of(method, **parameters):
    """The parameters of a method of PS_ScheduledTask."""
    element = ElementTree.Element(f"{{{TASKS}}}{method}_INPUT")
    for name, value in parameters.items():
        ElementTree.SubElement(element, f"{{{TASKS}}}{name}").text = value
    return element


def task_registered():
    """Invoke-CimMethod -ClassName PS_ScheduledTask -MethodName RegisterByXml, in UTF-8."""
    parameters = input_of("RegisterByXml", Force="true", TaskName="Example", Xml=TASK_DEFINITION)
    service().invoke(f"{TASKS}/RegisterByXml", TASKS, parameters)


def task_read():
    """Get-ScheduledTaskInfo with a CIM session."""
    service().invoke(f"{TASKS}/GetInfoByName", TASKS, input_of("GetInfoByName", TaskName="Example", TaskPath="\\"))


def task_registered_utf16():
    """task_registered as a client sends it that has chosen UTF-16."""
    envelope = f"""<?xml version="1.0" encoding="UTF-16"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">
<s:Header><a:To>{SERVICE}</a:To><w:ResourceURI s:mustUnderstand="true">{TASKS}</w:ResourceURI>
<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
<a:Action s:mustUnderstand="true">{TASKS}/RegisterByXml</a:Action><a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>
</s:Header><s:Body>{ElementTree.tostring(input_of("RegisterByXml", Xml=TASK_DEFINITION), encoding="unicode")}</s:Body>
</s:Envelope>"""
    requests.post(
        SERVICE,
        # With the byte order mark of UTF-16LE, which XML asks for.
        data=b"\xff\xfe" + envelope.encode("utf-16-le"),
        headers={"Content-Type": "application/soap+xml;charset=UTF-16", "User-Agent": "Microsoft WinRM Client"},
        auth=(USER, PASSWORD),
        timeout=10,
    ).raise_for_status()


def command(*arguments):
    """A command line in a WinRS shell, as winrs -r:responder sends it."""
    session().run_cmd(" ".join(arguments))


def encoded_command(script):
    """A script in a WinRS shell as an argument of powershell -encodedcommand."""
    session().run_ps(script)


def remoting(script):
    """A script in a PowerShell remoting session, as Invoke-Command sends it."""
    with RunspacePool(service()) as pool:
        PowerShell(pool).add_script(script).invoke()


def refused():
    """A request without credentials, as a scanner sends it."""
    requests.post(SERVICE, headers={"Content-Type": "application/soap+xml;charset=UTF-8"}, timeout=10)


def events_forwarded():
    """What a source computer asks a collector of forwarded events; the service does not know it."""
    requests.post(
        f"http://{RESPONDER}:{PORT}/wsman/SubscriptionManager/WEC",
        headers={"Content-Type": "application/soap+xml;charset=UTF-16", "User-Agent": "Microsoft WinRM Client"},
        timeout=10,
    )


if __name__ == "__main__":
    procedure, *arguments = sys.argv[1:]
    globals()[procedure](*arguments)
