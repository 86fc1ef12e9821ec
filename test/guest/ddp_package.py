# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The smallest DDP package that stock drivers load: its identity, nothing else.

The device processes packets by its default profile with any package.
"""

import struct

NAME = b"ICE OS Default Package"
VERSION = bytes([1, 3, 30, 0])
_SEG_METADATA, _SEG_ICE = 0x1, 0x10
_SECT_METADATA = 1
_BUF_SIZE = 4096


def _segment(kind: int, seg_id: bytes, body: bytes) -> bytes:
    return (struct.pack("<I", kind) + VERSION + struct.pack("<I", 44 + len(body))
            + seg_id.ljust(32, b"\0") + body)


def package(track_id: int = 0xC0000001) -> bytes:
    """The file's bytes."""
    meta = _segment(_SEG_METADATA, NAME, VERSION + bytes(4) + NAME.ljust(32, b"\0"))
    section = VERSION + NAME.ljust(28, b"\0") + struct.pack("<I", track_id)
    buf = struct.pack("<HHIHH", 1, 12 + len(section), _SECT_METADATA, 12, len(section)) + section
    ice = _segment(_SEG_ICE, b"CONFIGURATION DATA:",
                   struct.pack("<III", 0, 0, 1) + buf.ljust(_BUF_SIZE, b"\0"))
    first = 8 + 2 * 4
    return (bytes([1, 0, 0, 0]) + struct.pack("<III", 2, first, first + len(meta))
            + meta + ice)
