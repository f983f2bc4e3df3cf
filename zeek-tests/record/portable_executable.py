"""Writes a program for Windows to the standard output. It has headers ([PE format]) and one section, and returns at once.

[PE format]: https://learn.microsoft.com/en-us/windows/win32/debug/pe-format
"""

import struct
import sys

FILE_ALIGNMENT, SECTION_ALIGNMENT = 0x200, 0x1000
X86_64, EXECUTABLE, LARGE_ADDRESS_AWARE, PE32_PLUS, CONSOLE = 0x8664, 0x2, 0x20, 0x20B, 3
CODE, EXECUTE, READ = 0x20, 0x20000000, 0x40000000
RETURN = b"\x31\xc0\xc3"  # xor eax, eax; ret


def main():
    headers = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0"
    headers += struct.pack("<HHIIIHH", X86_64, 1, 0, 0, 0, 240, EXECUTABLE | LARGE_ADDRESS_AWARE)
    headers += struct.pack("<HBBIIIII", PE32_PLUS, 1, 0, FILE_ALIGNMENT, 0, 0, SECTION_ALIGNMENT, SECTION_ALIGNMENT)
    headers += struct.pack("<QIIHHHHHHI", 0x140000000, SECTION_ALIGNMENT, FILE_ALIGNMENT, 6, 0, 0, 0, 6, 0, 0)
    headers += struct.pack("<IIIHH", 2 * SECTION_ALIGNMENT, FILE_ALIGNMENT, 0, CONSOLE, 0)
    headers += struct.pack("<QQQQII", 1 << 20, 1 << 12, 1 << 20, 1 << 12, 0, 16) + bytes(16 * 8)
    headers += struct.pack("<8sIIIIIIHHI", b".text", len(RETURN), SECTION_ALIGNMENT, FILE_ALIGNMENT, FILE_ALIGNMENT, 0, 0, 0, 0, CODE | EXECUTE | READ)
    sys.stdout.buffer.write(headers.ljust(FILE_ALIGNMENT, b"\0") + RETURN.ljust(FILE_ALIGNMENT, b"\0"))


main()
