"""A WS-Management service as Open Management Infrastructure was before its version 1.6.8-1: it answers everyone.

A request to identify itself gets that; any other one is answered as a command that has run as root. Nothing runs.
"""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 5985

ENVELOPE = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>{}</s:Body></s:Envelope>'
IDENTIFIED = (
    '<wsmid:IdentifyResponse xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    "<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>"
    "<wsmid:ProductVendor>Open Management Infrastructure</wsmid:ProductVendor>"
    "<wsmid:ProductVersion>1.6.8-0</wsmid:ProductVersion></wsmid:IdentifyResponse>"
)
RUN = (
    "<p:SCX_OperatingSystem_OUTPUT "
    'xmlns:p="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/SCX_OperatingSystem"><p:ReturnValue>TRUE</p:ReturnValue>'
    "<p:ReturnCode>0</p:ReturnCode><p:StdOut>uid=0(root) gid=0(root) groups=0(root)&#10;</p:StdOut><p:StdErr></p:StdErr>"
    "</p:SCX_OperatingSystem_OUTPUT>"
)


class Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = ENVELOPE.format(IDENTIFIED if b"Identify" in request else RUN).encode()
        self.send_response_only(200)
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", PORT), Service).serve_forever()
