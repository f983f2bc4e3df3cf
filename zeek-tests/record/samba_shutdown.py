"""Initiates a shutdown through the winreg interface, as clients of Windows NT do, with Samba's Python bindings."""

from samba.credentials import Credentials
from samba.dcerpc import lsa, winreg
from samba.param import LoadParm

parameters = LoadParm()
parameters.load_default()

credentials = Credentials()
credentials.guess(parameters)
credentials.set_username("administrator")
credentials.set_password("Passw0rd!")

message = lsa.StringLarge()
message.string = "Maintenance"
client = winreg.winreg("ncacn_np:192.0.2.20", parameters, credentials)
client.InitiateSystemShutdownEx(None, message, 30, 1, 1, 0)
