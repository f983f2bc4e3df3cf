"""Goes through one procedure on the responder's shares, by impacket's SMB clients."""

import sys

from impacket.smb import SMB_DIALECT
from impacket.smbconnection import SMBConnection

RESPONDER = "192.0.2.20"
USER, PASSWORD = "administrator", "Passw0rd!"


def connected(dialect=None):
    connection = SMBConnection("RESPONDER", RESPONDER, preferredDialect=dialect)
    connection.login(USER, PASSWORD)
    return connection


def admin_share_connected_after_pipe(times):
    """Over one connection of SMB1: opens a pipe and leaves it open, then connects to C$ so many times."""
    connection = connected(SMB_DIALECT)
    pipes = connection.connectTree("IPC$")
    connection.openFile(pipes, "srvsvc")
    for _ in range(int(times)):
        connection.connectTree("C$")
    connection.logoff()


def admin_share_left_for_another():
    """Writes a file on ADMIN$, then one on another share, and closes neither."""
    connection = connected()
    for share in "ADMIN$", "share":
        tree = connection.connectTree(share)
        connection.writeFile(tree, connection.createFile(tree, "tool.exe"), b"MZ" + bytes(62), 0)
    connection.logoff()


if __name__ == "__main__":
    procedure, *arguments = sys.argv[1:]
    globals()[procedure](*arguments)
