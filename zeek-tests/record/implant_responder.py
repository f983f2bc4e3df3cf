"""An SMB1 server, impacket's, that answers as one in which the implant DoublePulsar is: to TRANSACTION2 SESSION_SETUP with
NOT_IMPLEMENTED and another multiplex id. There is no implant.

User "administrator", password "Passw0rd!".
"""

import logging

from impacket import smb, smbserver
from impacket.nt_errors import STATUS_NOT_IMPLEMENTED
from impacket.ntlm import compute_lmhash, compute_nthash

from rpc_originator import PASSWORD, USER

DONE = 0x10


def answered(_connection, _server, _command, request, _commands):
    """The answer to any TRANSACTION2; the server sends no other."""
    answer = smb.NewSMBPacket()
    answer["Flags1"] = smb.SMB.FLAGS1_REPLY
    answer["Flags2"] = request["Flags2"]
    for field in "Tid", "Pid", "Uid":
        answer[field] = request[field]
    answer["Mid"] = request["Mid"] + DONE
    answer["ErrorCode"] = STATUS_NOT_IMPLEMENTED >> 16
    answer["_reserved"] = STATUS_NOT_IMPLEMENTED >> 8 & 0xFF
    answer["ErrorClass"] = STATUS_NOT_IMPLEMENTED & 0xFF
    empty = smb.SMBCommand(smb.SMB.SMB_COM_TRANSACTION2)
    empty["Parameters"] = empty["Data"] = b""
    answer.addCommand(empty)
    return None, [answer], STATUS_NOT_IMPLEMENTED


def main():
    logging.disable(logging.INFO)
    server = smbserver.SimpleSMBServer("0.0.0.0", 445)
    server.addCredential(USER, 1000, compute_lmhash(PASSWORD), compute_nthash(PASSWORD))
    # impacket has no other way to it.
    server._SimpleSMBServer__server.hookSmbCommand(smb.SMB.SMB_COM_TRANSACTION2, answered)
    server.start()


if __name__ == "__main__":
    main()
