# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Frames to several addresses behind each port, which send them back.

A lane is one address behind one port: the port's own or a VF's. Whoever has it
answers each frame with its addresses exchanged (testpmd's macswap), so what
comes back tells by its trailer which lane it is of, and is compared with what
was sent, bit for bit. Built on the sockets of traffic.Traffic; one thread only.
"""

import struct
import time

from . import frames
from .traffic import Counters, Traffic

_LEN = struct.Struct(">I")
_BATCH = 16
#: Who has no answer for so long gets new frames all the same.
_STALL = 1.0
#: A VF gets no frames in VLANs it did not ask for, and broadcasts reach many.
_KINDS = ("udp4", "tcp4", "udp6", "tcp6")


def swapped(frame: bytes) -> bytes:
    """A frame with its addresses exchanged."""
    return frame[6:12] + frame[:6] + frame[12:]


class Lane:
    """Frames to the address `dst` behind `lport`; number: its own, 0..255."""

    def __init__(self, number: int, lport: int, dst: bytes, max_size: int) -> None:
        self.number = number
        self.lport = lport
        src = bytes([2, 0x1C, 0xE0, 0, 2, number])
        self._cycle = frames.templates(number, dst, src, max_size, _KINDS)
        self.count = Counters()
        self._seq = 0
        self._highest = -1
        self._open: dict[int, bytes] = {}
        self._waited_for = 0    # frames in there from _waited_from on
        self._waited_from = 0
        self.progress = time.monotonic()

    def outstanding(self) -> int:
        """Frames that are not back and are waited for."""
        return self._waited_for

    def give_up(self) -> None:
        """What is outstanding is lost unless it still comes."""
        self._waited_from, self._waited_for = self._seq, 0
        self.progress = time.monotonic()

    def draw(self) -> bytes:
        """The next frame; nobody waits for its answer."""
        self._seq += 1
        return self._cycle[(self._seq - 1) % len(self._cycle)].frame(self._seq - 1)

    def make(self) -> bytes:
        """The next frame; it counts as offered."""
        frame = self.draw()
        self._open[self._seq - 1] = frame
        self._waited_for += 1
        self.count.offered += 1
        return frame

    def back(self, seq: int, frame: bytes) -> None:
        """An intact frame of this lane, its addresses as they were sent."""
        sent = self._open.pop(seq, None)
        if sent is None:
            self.count.duplicated += 1
            return
        self._waited_for -= seq >= self._waited_from
        if frame != sent:
            self.count.corrupted += 1
            return
        self.count.delivered += 1
        self.count.bytes += len(frame)
        if seq < self._highest:
            self.count.reordered += 1
        else:
            self._highest = seq
        self.progress = time.monotonic()


class Lanes:
    """Lanes over the ports of a Traffic, which itself stays silent.

    window: frames outstanding per lane, at most.
    """

    def __init__(self, gen: Traffic, lanes: list[Lane], window: int = 64) -> None:
        self._gen = gen
        self.lanes = lanes
        self._by_number = {lane.number: lane for lane in lanes}
        self._window = window
        self._out = {lane.lport: bytearray() for lane in lanes}
        self._in = {lane.lport: bytearray() for lane in lanes}
        #: Frames that came back and belong to no lane of that port, by lport.
        self.strays = {lane.lport: 0 for lane in lanes}

    def run(self, seconds: float, tick=None, interval: float = 1.0) -> None:
        """Send and verify for so long; tick() is called every `interval`."""
        end = time.monotonic() + seconds
        due = time.monotonic() + interval
        for lane in self.lanes:
            lane.progress = time.monotonic()
        while (now := time.monotonic()) < end:
            for lane in self.lanes:
                if lane.outstanding() + _BATCH > self._window:
                    if now - lane.progress < _STALL:
                        continue
                    lane.give_up()
                if len(self._out[lane.lport]) < 1 << 16:
                    for _ in range(_BATCH):
                        frame = lane.make()
                        self._out[lane.lport] += _LEN.pack(len(frame)) + frame
            self._move()
            if tick is not None and now >= due:
                tick()
                due = time.monotonic() + interval

    def drain(self, timeout: float) -> None:
        """Send nothing new until all is back, or for `timeout` seconds."""
        end = time.monotonic() + timeout
        while time.monotonic() < end and \
                (any(self._out.values()) or any(lane.outstanding() for lane in self.lanes)):
            self._move()
        # What must not come: duplicates, strays.
        quiet = time.monotonic() + 0.1
        while time.monotonic() < quiet:
            self._move()

    def _move(self) -> None:
        moved = False
        for lport, out in self._out.items():
            sock = self._gen.socket(lport)
            if out:
                try:
                    del out[: sock.send(out)]
                    moved = True
                except BlockingIOError:
                    pass
            try:
                data = sock.recv(1 << 18)
            except BlockingIOError:
                continue
            self._in[lport] += data
            self._take(lport)
            moved = True
        if not moved:
            time.sleep(0.0005)

    def _take(self, lport: int) -> None:
        """The whole frames that have come out of a port."""
        buf, at = self._in[lport], 0
        while len(buf) - at >= _LEN.size:
            (length,) = _LEN.unpack_from(buf, at)
            if len(buf) - at - _LEN.size < length:
                break
            at += _LEN.size
            frame = swapped(bytes(buf[at : at + length]))
            at += length
            trailer = frames.check(frame)
            lane = self._by_number.get(trailer.lport) if trailer else None
            if lane is None or lane.lport != lport:
                self.strays[lport] += 1
            else:
                lane.back(trailer.seq, frame)
        del buf[:at]
