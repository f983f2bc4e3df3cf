"""A WinRM service that lets anyone in who sends Basic authentication, and encrypts nothing.

It answers what clients need to go through their procedure: WinRS shells whose commands print nothing and succeed,
PowerShell remoting whose pipelines return nothing (psrpcore speaks that protocol), and CIM methods that return 0. As on
Windows a request without credentials is answered with 401.
"""

import argparse
import base64
import uuid
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from psrpcore import CreatePipelineEvent, PSRPPayload, ServerPipeline, ServerRunspacePool, StreamType

PORT = 5985

NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
    "pwsh": "http://schemas.microsoft.com/powershell",
}

SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"

RESPONSE = (
    '<s:Envelope {namespaces} xml:lang="en-US"><s:Header>'
    "<a:Action>{action}Response</a:Action><a:MessageID>uuid:{message}</a:MessageID>"
    "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
    "<a:RelatesTo>{relates_to}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
)


class Shells:
    """The state behind the shells: there is one client, and it has one shell at a time."""

    def __init__(self):
        self.remoting = None

    def create(self, body):
        creation = body.find(".//pwsh:creationXml", NAMESPACES)
        self.remoting = None
        if creation is not None:
            self.remoting = ServerRunspacePool()
            self.receive(base64.b64decode(creation.text), None)
        shell = str(uuid.uuid4()).upper()
        return (
            "<x:ResourceCreated><a:Address>http://192.0.2.20:5985/wsman</a:Address><a:ReferenceParameters>"
            f'<w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>'
            "</a:ReferenceParameters></x:ResourceCreated>"
            f"<rsp:Shell><rsp:ShellId>{shell}</rsp:ShellId></rsp:Shell>"
        )

    def command(self, body):
        line = body.find("rsp:CommandLine", NAMESPACES)
        command = line.get("CommandId") or str(uuid.uuid4()).upper()
        if self.remoting is not None:
            pipeline = uuid.UUID(command)
            ServerPipeline(self.remoting, pipeline)
            self.receive(base64.b64decode(line.find("rsp:Arguments", NAMESPACES).text), pipeline)
        return f"<rsp:CommandResponse><rsp:CommandId>{command}</rsp:CommandId></rsp:CommandResponse>"

    def receive(self, fragments, pipeline):
        """Takes in PowerShell remoting fragments; each pipeline that they create has ended at once."""
        self.remoting.receive_data(PSRPPayload(fragments, StreamType.default, pipeline))
        while event := self.remoting.next_event():
            if isinstance(event, CreatePipelineEvent):
                created = self.remoting.pipeline_table[event.pipeline_id]
                created.start()
                created.complete()

    def output(self, body):
        command = body.find("rsp:Receive/rsp:DesiredStream", NAMESPACES).get("CommandId")
        attribute = f' CommandId="{command}"' if command else ""
        streams = ""
        while self.remoting is not None and (payload := self.remoting.data_to_send()):
            streams += f'<rsp:Stream Name="stdout"{attribute}>{base64.b64encode(payload.data).decode()}</rsp:Stream>'
        done = f'<rsp:CommandState{attribute} State="{SHELL}/CommandState/Done"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>'
        return f"<rsp:ReceiveResponse>{streams}{done if command else ''}</rsp:ReceiveResponse>"


SHELLS = Shells()

OPERATIONS = {
    f"{TRANSFER}/Create": SHELLS.create,
    f"{TRANSFER}/Delete": lambda _body: "",
    f"{SHELL}/Command": SHELLS.command,
    f"{SHELL}/Receive": SHELLS.output,
    f"{SHELL}/Signal": lambda _body: "<rsp:SignalResponse/>",
}


def method_output(action):
    """The output of a CIM method that has succeeded."""
    class_uri, method = action.rsplit("/", 1)
    return f'<p:{method}_OUTPUT xmlns:p="{class_uri}"><p:ReturnValue>0</p:ReturnValue></p:{method}_OUTPUT>'


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Microsoft-HTTPAPI/2.0", ""

    def do_POST(self):
        request = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "Authorization" not in self.headers:
            self.answer(401, b"", [("WWW-Authenticate", 'Basic realm="WSMAN"')])
            return
        envelope = ElementTree.fromstring(request)
        action = envelope.find("s:Header/a:Action", NAMESPACES).text
        body = envelope.find("s:Body", NAMESPACES)
        response = RESPONSE.format(
            namespaces=" ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items()),
            action=action,
            message=str(uuid.uuid4()).upper(),
            relates_to=envelope.find("s:Header/a:MessageID", NAMESPACES).text,
            body=OPERATIONS[action](body) if action in OPERATIONS else method_output(action),
        )
        self.answer(200, response.encode(), [("Content-Type", "application/soap+xml;charset=UTF-8")])

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    ThreadingHTTPServer(("0.0.0.0", PORT), Service).serve_forever()
