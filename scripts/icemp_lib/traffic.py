# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Traffic generator and verifier on the host's side of the ports' netdevs.

    gen = Traffic(4)
    with VM([device], gen.netdevs(), pass_fds=gen.fds()) as vm:
        gen.opened()
        …                                # start forwarding in the guest
        gen.run(10)
        gen.drain(5)
        report = gen.report()

Each port is one end of a stream socket; frames are preceded by their length
(32 bits, network order), which is what QEMU's "stream" netdev speaks. Nothing
is lost on the way by itself: both sides stop when the other does not read,
and a window bounds what is in flight between two ports, so that the guest's
rings cannot overflow either.

What comes out is compared with what was sent, bit for bit. As long as order
holds that is one memcmp per batch of frames; a batch that differs is taken
apart frame by frame. One thread only.
"""

import select
import socket
import struct
import time
from collections import deque

from . import frames

BATCH = 32
_LEN = struct.Struct(">I")
_RX_BUF = 1 << 20
#: A flow whose window stays full this long sends another window: what is
#: outstanding then counts as lost unless it still arrives.
STALL = 1.0
#: Outstanding frames of a flow that are kept for comparison after losses.
_KEEP = 8192


class TrafficError(Exception):
    """The peer closed a port's socket or broke the framing."""


def pair_of(lport: int, ports: int) -> int:
    """The port that a frame sent into `lport` comes out of (testpmd's pairs)."""
    other = lport ^ 1
    return other if other < ports else lport


class Counters:
    """What happened to the frames of one flow, named by its source port.

    delivered: arrived intact at the right port, each counted once.
    """

    __slots__ = ("offered", "delivered", "corrupted", "reordered", "duplicated", "misrouted",
                 "bytes")

    def __init__(self) -> None:
        for name in self.__slots__:
            setattr(self, name, 0)

    @property
    def lost(self) -> int:
        """Neither delivered nor present as a corrupted frame."""
        return max(0, self.offered - self.delivered - self.corrupted)

    def clean(self) -> bool:
        """Everything arrived, once, in order, intact."""
        return (self.offered == self.delivered and not self.corrupted and not self.reordered
                and not self.duplicated and not self.misrouted)

    def as_dict(self) -> dict[str, int]:
        """All counters by name."""
        return {**{n: getattr(self, n) for n in self.__slots__}, "lost": self.lost}


class _Batch:
    """Frames as they go over the socket: data, first sequence, frame spans."""

    __slots__ = ("data", "seq", "spans")

    def __init__(self, data: bytearray, seq: int, spans: list[tuple[int, int]]) -> None:
        self.data = data
        self.seq = seq
        self.spans = spans


class _Flow:
    """Frames sent into port `src`, expected out of port `dst`."""

    def __init__(self, src: int, dst: int, cycle: list[frames.Template], window: int) -> None:
        self.src = src
        self.dst = dst
        self.window = window
        self.count = Counters()
        self.seq = 0
        self.expected: deque[_Batch] = deque()
        # Slow path: seq → (data, offset, length) of frames not yet seen.
        self.open: dict[int, tuple[bytearray, int, int]] = {}
        self.highest = -1
        self.written_off = 0
        self.progress = time.monotonic()
        self._batches = []
        for i in range(0, len(cycle), BATCH):
            part = cycle[i : i + BATCH]
            data = bytearray()
            spans = []
            for tmpl in part:
                data += _LEN.pack(len(tmpl.data))
                spans.append((len(data), len(tmpl.data)))
                data += tmpl.data
            self._batches.append((bytes(data), part, spans))
        self._next = 0

    def in_flight(self) -> int:
        """Frames sent and neither seen nor overtaken nor written off."""
        return self.seq - max(self.highest + 1, self.written_off)

    def overtaken(self) -> int:
        """Frames that later ones have passed, or that were written off."""
        return sum(seq < self.highest or seq < self.written_off for seq in self.open)

    def may_send(self, now: float, patience: float) -> bool:
        if self.in_flight() + BATCH <= self.window:
            return True
        if now - self.progress > patience:
            self.written_off = self.seq
            self.progress = now
            return True
        return False

    def make(self) -> _Batch:
        """The next batch; it counts as offered."""
        data, part, spans = self._batches[self._next]
        self._next = (self._next + 1) % len(self._batches)
        buf = bytearray(data)
        first = seq = self.seq
        for tmpl, span in zip(part, spans):
            tmpl.patch(buf, span[0], seq)
            seq += 1
        self.seq = seq
        self.count.offered += len(part)
        batch = _Batch(buf, first, spans)
        self.expected.append(batch)
        return batch

    def arrived_in_order(self, batch: _Batch) -> None:
        n = len(batch.spans)
        self.count.delivered += n
        self.count.bytes += len(batch.data) - 4 * n
        self.highest = batch.seq + n - 1

    def explode(self) -> None:
        """Move every expected batch to the slow path's table."""
        while self.expected:
            batch = self.expected.popleft()
            for i, (off, length) in enumerate(batch.spans):
                self.open[batch.seq + i] = (batch.data, off, length)
        while len(self.open) > _KEEP:
            del self.open[next(iter(self.open))]

    def arrived(self, seq: int, frame: bytes) -> None:
        """A frame with intact crc: compare with what was sent."""
        sent = self.open.pop(seq, None)
        if sent is None:
            self.count.duplicated += 1
            return
        data, off, length = sent
        if length != len(frame) or not data.startswith(frame, off):
            self.count.corrupted += 1
        else:
            self.count.delivered += 1
            self.count.bytes += length
        if seq < self.highest:
            self.count.reordered += 1
        else:
            self.highest = seq


class _Port:
    """The host's end of one netdev."""

    def __init__(self, lport: int, sock: socket.socket) -> None:
        self.lport = lport
        self.sock = sock
        self.rx = bytearray(_RX_BUF)
        self.view = memoryview(self.rx)
        self.pos = 0
        self.end = 0
        self.last_rx = 0.0
        self.out: memoryview | None = None
        self.mask = 0
        self.rx_frames = 0


class Traffic:
    """A generator for `ports` ports, forwarded in pairs by the guest.

    window: frames in flight per flow, at most. macs: destination address of
    the unicast frames by lport. max_size: largest frame without FCS.
    """

    def __init__(self, ports: int, *, window: int = 192, max_size: int = 9000,
                 macs: list[bytes] | None = None) -> None:
        if window < BATCH:
            raise ValueError(f"window {window} is less than a batch of {BATCH}")
        self.ports = ports
        self._guest: list[socket.socket] = []
        self._ports: list[_Port] = []
        self._flows: list[_Flow] = []
        self._poll = select.epoll()
        self._by_fd: dict[int, _Port] = {}
        self._busy: set[int] = set()
        self.sending = False
        #: Seconds that a full window waits for progress, as STALL.
        self.patience = STALL
        #: lports into which run() sends nothing.
        self.silent: set[int] = set()
        for lport in range(ports):
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            ours.setblocking(False)
            for end in (ours, theirs):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 18)
            self._guest.append(theirs)
            port = _Port(lport, ours)
            self._ports.append(port)
            self._by_fd[ours.fileno()] = port
            dst = macs[lport] if macs else bytes([2, 0x1C, 0xE0, 0, 1, lport])
            src = bytes([2, 0x1C, 0xE0, 0, 2, lport])
            cycle = frames.templates(lport, dst, src, max_size)
            self._flows.append(_Flow(lport, pair_of(lport, ports), cycle, window))
            port.mask = select.EPOLLIN
            self._poll.register(ours.fileno(), port.mask)
        self._into = {flow.dst: flow for flow in self._flows}

    # The guest's ends

    def ids(self) -> list[str]:
        """The netdevs' ids, by lport."""
        return [f"net{i}" for i in range(self.ports)]

    def netdevs(self) -> list[str]:
        """QEMU's -netdev arguments; fds() must be inherited."""
        return [f"stream,id=net{i},server=off,addr.type=fd,addr.str={s.fileno()}"
                for i, s in enumerate(self._guest)]

    def fds(self) -> list[int]:
        """Descriptors QEMU needs."""
        return [s.fileno() for s in self._guest]

    def opened(self) -> None:
        """QEMU has its descriptors: close ours of them."""
        for sock in self._guest:
            sock.close()
        self._guest = []

    def socket(self, lport: int) -> socket.socket:
        """Our end of a port, for frames of the caller's own while nothing here runs.

        Non-blocking; see the head of this file for the framing.
        """
        return self._ports[lport].sock

    def close(self) -> None:
        """Close all sockets."""
        self.opened()
        for port in self._ports:
            port.sock.close()
        self._poll.close()

    def __enter__(self) -> "Traffic":
        return self

    def __exit__(self, *exc) -> None:
        self.close()

    # Running

    def run(self, seconds: float, tick=None, interval: float = 1.0) -> None:
        """Send and verify for `seconds`, or until tick() is true.

        tick() is called every `interval`.
        """
        self.sending = True
        now = time.monotonic()
        for flow in self._flows:
            flow.progress = now
        end = now + seconds
        next_tick = now + interval
        try:
            while True:
                now = time.monotonic()
                if now >= end:
                    return
                if tick is not None and now >= next_tick:
                    if tick():
                        return
                    next_tick = time.monotonic() + interval
                self.step(min(0.02, end - now))
        finally:
            self.sending = False

    def offer(self, lport: int, batches: int, timeout: float) -> list[bytes]:
        """Send exactly so many batches into one port; copies of their frames.

        TrafficError when that takes longer than `timeout`.
        """
        flow, port = self._flows[lport], self._ports[lport]
        deadline = time.monotonic() + timeout
        sent = []
        flow.progress = time.monotonic()
        while batches > 0 or port.out is not None:
            now = time.monotonic()
            if now > deadline:
                raise TrafficError(f"port {lport}: takes no more frames")
            if port.out is None and flow.may_send(now, self.patience):
                batch = flow.make()
                sent += [bytes(batch.data[at : at + length]) for at, length in batch.spans]
                port.out = memoryview(batch.data)
                batches -= 1
            self.step(0.02)
        return sent

    def drain(self, timeout: float) -> bool:
        """Send nothing new; True when everything has arrived in time.

        Also waits a moment for what must not arrive: duplicates, strays.
        """
        self.sending = False
        deadline = time.monotonic() + timeout
        quiet_since = time.monotonic()
        before = -1
        while True:
            self.step(0.02)
            now = time.monotonic()
            seen = sum(p.rx_frames for p in self._ports) + sum(p.end - p.pos for p in self._ports)
            if seen != before:
                before, quiet_since = seen, now
            pending = any(p.out is not None for p in self._ports)
            missing = any(f.count.lost for f in self._flows)
            if not pending and not missing and now - quiet_since > 0.1:
                break
            if now > deadline:
                break
        for port in self._ports:
            self._parse(port)
        return not any(f.count.lost for f in self._flows)

    def step(self, timeout: float) -> None:
        """Wait at most `timeout` s for a socket, then move what can move."""
        now = time.monotonic()
        if self.sending:
            for port in self._ports:
                if port.lport in self.silent:
                    continue
                flow = self._flows[port.lport]
                # Bounded, so that one port cannot starve the others.
                for _ in range(4):
                    if port.out is None:
                        if not flow.may_send(now, self.patience):
                            break
                        port.out = memoryview(flow.make().data)
                    if not self._send(port):
                        break
        else:
            for port in self._ports:
                if port.out is not None:
                    self._send(port)
        for port in self._ports:
            mask = select.EPOLLIN | (select.EPOLLOUT if port.out is not None else 0)
            if mask != port.mask:
                port.mask = mask
                self._poll.modify(port.sock.fileno(), mask)
        for fd, events in self._poll.poll(timeout):
            if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self._recv(self._by_fd[fd])
        now = time.monotonic()
        for port in self._ports:
            # Something incomplete or different, and no more comes: take it apart.
            if port.end > port.pos and now - port.last_rx > 0.05:
                self._parse(port)

    def _send(self, port: _Port) -> bool:
        """Write of port.out what the socket takes; True when it took all."""
        try:
            n = port.sock.send(port.out)
        except BlockingIOError:
            return False
        except OSError as err:
            raise TrafficError(f"port {port.lport}: {err}") from err
        if n == len(port.out):
            port.out = None
            return True
        port.out = port.out[n:]
        return False

    def _recv(self, port: _Port) -> None:
        if len(port.rx) - port.end < _RX_BUF // 2:
            left = port.end - port.pos
            port.rx[:left] = port.rx[port.pos : port.end]
            port.pos, port.end = 0, left
        try:
            n = port.sock.recv_into(port.view[port.end :])
        except BlockingIOError:
            return
        except OSError as err:
            raise TrafficError(f"port {port.lport}: {err}") from err
        if n == 0:
            raise TrafficError(f"port {port.lport}: QEMU closed the socket")
        port.end += n
        port.last_rx = time.monotonic()
        flow = self._into[port.lport]
        moved = False
        while flow.expected and not flow.open:
            batch = flow.expected[0]
            size = len(batch.data)
            if port.end - port.pos < size:
                break
            if not port.rx.startswith(batch.data, port.pos):
                self._parse(port)
                break
            flow.expected.popleft()
            flow.arrived_in_order(batch)
            port.rx_frames += len(batch.spans)
            port.pos += size
            moved = True
        if moved:
            flow.progress = port.last_rx
        if flow.open or not flow.expected:
            self._parse(port)

    def _parse(self, port: _Port) -> None:
        """Frame by frame, until the buffer holds no whole frame."""
        flow = self._into[port.lport]
        if port.end - port.pos < 4:
            return
        flow.explode()
        while port.end - port.pos >= 4:
            (length,) = _LEN.unpack_from(port.rx, port.pos)
            if not 14 <= length <= 65536:
                raise TrafficError(f"port {port.lport}: frame of {length} bytes")
            if port.end - port.pos < 4 + length:
                break
            frame = bytes(port.rx[port.pos + 4 : port.pos + 4 + length])
            port.pos += 4 + length
            port.rx_frames += 1
            flow.progress = port.last_rx
            trailer = frames.check(frame)
            if trailer is None:
                flow.count.corrupted += 1
            elif trailer.lport != flow.src:
                if trailer.lport < self.ports:
                    self._flows[trailer.lport].count.misrouted += 1
                else:
                    flow.count.misrouted += 1
            else:
                flow.arrived(trailer.seq, frame)

    # Results

    def counters(self, lport: int) -> Counters:
        """Of the frames sent into `lport`."""
        return self._flows[lport].count

    def missing(self, lport: int) -> int:
        """While traffic runs: frames sent into `lport` that look lost so far."""
        return self._flows[lport].overtaken()

    def out_of(self, lport: int) -> int:
        """Frames of any kind that came out of `lport`."""
        return self._ports[lport].rx_frames

    def report(self) -> list[dict[str, int]]:
        """Counters of every flow, by source lport."""
        return [{"lport": f.src, "to": f.dst, **f.count.as_dict()} for f in self._flows]

    def clean(self) -> bool:
        """Every flow sent something and is clean."""
        return all(f.count.clean() and f.count.offered > 0 for f in self._flows)
