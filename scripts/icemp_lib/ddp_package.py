# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The smallest DDP package with which stock drivers do all the device can do.

Two segments: the file's identity, and "ice" with the buffers that go to the
device. In the first of these are

* the identity once more (section 1), which the device reports back,
* a group for each packet type the device knows (section 42, XLT1 of RSS): with
  these a driver writes RSS profiles of its own. Without, the device's default
  hash is all there is,
* an entry for one UDP tunnel port (section 56), which the kernel's UDP tunnel
  code takes for granted when a driver offers tunnel offloads.

The second has the label that tells the driver of that entry. Drivers do not
send buffers of labels to the device.
"""

import struct

#: Where drivers look for it.
FOLDER = "/lib/firmware/intel/ice/ddp"
PATH = FOLDER + "/ice.pkg"
NAME = b"ICE OS Default Package"
VERSION = bytes([1, 3, 30, 0])
#: Packet types of IP frames, as drivers/net/ice_mp/hw/ice_mp_desc.h has them.
PTYPES = (22, 23, 24, 26, 27, 28, 88, 89, 90, 92, 93, 94)

_SEG_METADATA, _SEG_ICE = 0x1, 0x10
_SECT_METADATA, _SECT_XLT1_RSS, _SECT_BOOST, _SECT_LABELS = 1, 42, 56, 0x80000018
_BUF_SIZE = 4096
_NB_PTYPES = 1024
_TUNNEL = 7     #: address of the tunnel port's entry


def _segment(kind: int, seg_id: bytes, body: bytes) -> bytes:
    return (struct.pack("<I", kind) + VERSION + struct.pack("<I", 44 + len(body))
            + seg_id.ljust(32, b"\0") + body)


def _buffer(*sections: tuple[int, bytes]) -> bytes:
    """Sections, each (type, data), in one buffer."""
    entries, data = b"", b""
    first = 4 + 8 * len(sections)
    for kind, body in sections:
        entries += struct.pack("<IHH", kind, first + len(data), len(body))
        data += body + bytes(-len(body) % 4)
    whole = struct.pack("<HH", len(sections), first + len(data)) + entries + data
    assert len(whole) <= _BUF_SIZE
    return whole.ljust(_BUF_SIZE, b"\0")


def _rss_groups() -> bytes:
    groups = bytearray(_NB_PTYPES)
    for group, ptype in enumerate(PTYPES, 1):
        groups[ptype] = group
    return struct.pack("<HH", _NB_PTYPES, 0) + groups


def package(track_id: int = 0xC0000001) -> bytes:
    """The file's bytes."""
    meta = _segment(_SEG_METADATA, NAME, VERSION + bytes(4) + NAME.ljust(32, b"\0"))
    identity = VERSION + NAME.ljust(28, b"\0") + struct.pack("<I", track_id)
    # 40 bytes of key and 44 of results, which only the device would read.
    boost = struct.pack("<HHHH", 1, 0, _TUNNEL, 0) + bytes(84)
    labels = struct.pack("<HH64s", 1, _TUNNEL, b"TNL_VXLAN_PF0")
    buffers = [_buffer((_SECT_METADATA, identity), (_SECT_XLT1_RSS, _rss_groups()),
                       (_SECT_BOOST, boost)),
               _buffer((_SECT_LABELS, labels))]
    ice = _segment(_SEG_ICE, b"CONFIGURATION DATA:",
                   struct.pack("<III", 0, 0, len(buffers)) + b"".join(buffers))
    first = 8 + 2 * 4
    return (bytes([1, 0, 0, 0]) + struct.pack("<III", 2, first, first + len(meta))
            + meta + ice)
