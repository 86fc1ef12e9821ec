# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Frames of the traffic generator: templates, built once, and their trailer.

A frame is an ordinary ARP, IPv4 or IPv6 packet (UDP or TCP, some in a VLAN)
whose payload is noise and ends in a trailer:

    magic u16 | source lport u8 | template u8 | sequence u32 | crc u32 | fix u16

crc is zlib's CRC-32 of everything before it. fix keeps the one's complement
sum over sequence, crc and fix constant, so that the L4 checksum computed for
the template holds for every frame made from it. The trailer starts at an even
offset; a frame of odd size has one byte behind it.
"""

import random
import struct
import zlib

MAGIC = 0x694D
TRAILER = struct.Struct(">HBBIIH")
_SEQ = struct.Struct(">I")
_PATCH = struct.Struct(">IIH")
MIN_FRAME = 60
MAX_FRAME = 9728

#: (kind, size) of a cycle of templates; sizes are without FCS. Mostly small:
#: what is measured is packets, and every buffer boundary is among them.
SIZES = (60, 61, 62, 63, 64, 65, 66, 68, 72, 90, 96, 127, 128, 129, 200, 255, 256, 257, 320,
         400, 512, 576, 700, 1000, 1024, 1280, 1499, 1500, 1514, 1518, 2047, 2048, 2049, 2176,
         3000, 4096, 9000)
KINDS = ("udp4", "tcp4", "udp6", "tcp6", "vlan-udp4", "vlan-tcp6", "arp")
_HEADER_LEN = {"udp4": 42, "tcp4": 54, "udp6": 62, "tcp6": 74, "vlan-udp4": 46,
               "vlan-tcp6": 78, "arp": 42}


def trailer_offset(length: int) -> int:
    """Where the trailer of a frame of this length is."""
    return (length - TRAILER.size) & ~1


def _sum16(data: bytes) -> int:
    if len(data) & 1:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def _fold(total: int) -> int:
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def fix_word(seq: int, crc: int) -> int:
    """The word that makes the trailer's checksum contribution constant."""
    return 0xFFFF - ((seq >> 16) + (seq & 0xFFFF) + (crc >> 16) + (crc & 0xFFFF)) % 0xFFFF


class Template:
    """One frame without its sequence number.

    data: the frame with sequence 0; off: its trailer's offset; crc: CRC-32 of
    what precedes the sequence number.
    """

    def __init__(self, kind: str, size: int, lport: int, index: int, dst: bytes,
                 src: bytes) -> None:
        self.kind = kind
        self.data = bytearray(_build(kind, size, lport, index, dst, src))
        self.off = trailer_offset(size)
        self.crc = zlib.crc32(self.data[: self.off + 4])
        self.patch(self.data, 0, 0)
        self._l4_checksum()

    def patch(self, buf: bytearray, at: int, seq: int) -> None:
        """Write sequence, crc and fix into the copy of this frame at `at`."""
        crc = zlib.crc32(_SEQ.pack(seq), self.crc)
        _PATCH.pack_into(buf, at + self.off + 4, seq, crc,
                         0xFFFF - ((seq >> 16) + (seq & 0xFFFF) + (crc >> 16)
                                   + (crc & 0xFFFF)) % 0xFFFF)

    def frame(self, seq: int) -> bytes:
        """The frame with this sequence number."""
        buf = bytearray(self.data)
        self.patch(buf, 0, seq)
        return bytes(buf)

    def _l4_checksum(self) -> None:
        """Put the L4 checksum in; the CRC then covers it."""
        if self.kind == "arp":
            return
        l3 = 18 if self.kind.startswith("vlan-") else 14
        v6 = self.kind.endswith("6")
        l4 = l3 + (40 if v6 else 20)
        tcp = "tcp" in self.kind
        at = l4 + (16 if tcp else 6)
        addresses = self.data[l3 + 8 : l4] if v6 else self.data[l3 + 12 : l4]
        pseudo = bytes(addresses) + struct.pack(">II", len(self.data) - l4, 6 if tcp else 17)
        # fix depends on the crc, but their sum does not: any value will do.
        value = 0xFFFF - _fold(_sum16(pseudo) + _sum16(bytes(self.data[l4:])))
        struct.pack_into(">H", self.data, at, value or 0xFFFF)
        self.crc = zlib.crc32(self.data[: self.off + 4])
        self.patch(self.data, 0, 0)


def _build(kind: str, size: int, lport: int, index: int, dst: bytes, src: bytes) -> bytes:
    if not MIN_FRAME <= size <= MAX_FRAME:
        raise ValueError(f"frame size {size}")
    base = kind.removeprefix("vlan-")
    eth = dst + src
    if base != kind:
        eth += struct.pack(">HH", 0x8100, (index % 8) << 13 | (100 + lport))
    noise = random.Random(size * 1000 + index * 10 + lport)
    if base == "arp":
        head = b"\xff" * 6 + src + struct.pack(">HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1)
        head += src + bytes([198, 18, lport, 1]) + bytes(6) + bytes([198, 18, lport, 2])
    else:
        v6 = base.endswith("6")
        l4len = size - len(eth) - 2 - (40 if v6 else 20)
        sport, dport = 1024 + index, 5000 + lport
        if base.startswith("tcp"):
            l4 = struct.pack(">HHIIBBHHH", sport, dport, 1, 1, 0x50, 0x10, 8192, 0, 0)
            proto = 6
        else:
            l4 = struct.pack(">HHHH", sport, dport, l4len, 0)
            proto = 17
        if v6:
            l3 = struct.pack(">IHBB", 0x60000000, l4len, proto, 64)
            l3 += bytes.fromhex("20010db8") + bytes(10) + bytes([lport, 1])
            l3 += bytes.fromhex("20010db8") + bytes(10) + bytes([lport, 2])
            head = eth + b"\x86\xdd" + l3 + l4
        else:
            l3 = struct.pack(">BBHHHBBH4B4B", 0x45, 0, 20 + l4len, index, 0, 64, proto, 0,
                             198, 18, lport, 1, 198, 18, lport, 2)
            l3 = l3[:10] + struct.pack(">H", 0xFFFF - _sum16(l3)) + l3[12:]
            head = eth + b"\x08\x00" + l3 + l4
    frame = bytearray(head + noise.randbytes(size - len(head)))
    TRAILER.pack_into(frame, trailer_offset(size), MAGIC, lport, index, 0, 0, 0)
    return frame


def templates(lport: int, dst: bytes, src: bytes, max_size: int = 9000,
              kinds: tuple[str, ...] = KINDS) -> list[Template]:
    """The cycle of templates of a port: every size, kinds in turn."""
    result = []
    for index, size in enumerate(SIZES):
        if size > max_size:
            continue
        for shift in range(2):
            # The two passes are a kind apart, so that each size has two kinds.
            kind = kinds[(index + 3 * shift) % len(kinds)]
            while size < _HEADER_LEN[kind] + TRAILER.size:
                kind = "udp4" if shift == 0 or "arp" not in kinds else "arp"
            if shift and size > 2048:
                continue
            result.append(Template(kind, size, lport, len(result), dst, src))
    return result


class Trailer:
    """A frame's trailer, decoded; None when the frame is not intact."""

    __slots__ = ("lport", "template", "seq")

    def __init__(self, lport: int, template: int, seq: int) -> None:
        self.lport = lport
        self.template = template
        self.seq = seq


def check(frame: bytes) -> Trailer | None:
    """The trailer of an intact frame, None when content and crc disagree."""
    if len(frame) < MIN_FRAME:
        return None
    off = trailer_offset(len(frame))
    magic, lport, index, seq, crc, fix = TRAILER.unpack_from(frame, off)
    if magic != MAGIC or crc != zlib.crc32(frame[: off + 8]) or fix != fix_word(seq, crc):
        return None
    return Trailer(lport, index, seq)
