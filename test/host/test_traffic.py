# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The traffic verifier notices every kind of damage, and only damage."""

import struct
import threading
import time

import pytest
from icemp_lib import frames
from icemp_lib.traffic import Traffic, TrafficError, pair_of


class Peer:
    """Stands for the guest: forwards in pairs, through a hook.

    hook(lport, n, frame) → list of (lport, frame) to send instead of the n-th
    frame received on lport.
    """

    def __init__(self, gen, hook=None) -> None:
        self.gen = gen
        self.hook = hook
        self.socks = list(gen._guest)
        gen._guest = []
        self.lock = [threading.Lock() for _ in self.socks]
        self.threads = [threading.Thread(target=self._serve, args=(i,), daemon=True)
                        for i in range(len(self.socks))]
        for t in self.threads:
            t.start()

    def _exact(self, sock, n):
        data = bytearray()
        while len(data) < n:
            part = sock.recv(n - len(data))
            if not part:
                raise ConnectionError
            data += part
        return bytes(data)

    def send(self, lport, frame) -> None:
        with self.lock[lport]:
            self.socks[lport].sendall(struct.pack(">I", len(frame)) + frame)

    def _serve(self, lport) -> None:
        n = 0
        sock = self.socks[lport]
        dst = pair_of(lport, len(self.socks))
        try:
            if self.hook is None:
                while True:
                    data = sock.recv(1 << 18)
                    if not data:
                        return
                    with self.lock[dst]:
                        self.socks[dst].sendall(data)
            while True:
                (size,) = struct.unpack(">I", self._exact(sock, 4))
                frame = self._exact(sock, size)
                for to, out in self.hook(lport, n, frame):
                    self.send(dst if to is None else to, out)
                n += 1
        except (ConnectionError, OSError):
            pass

    def close(self) -> None:
        for sock in self.socks:
            try:
                sock.shutdown(2)
            except OSError:
                pass
        for t in self.threads:
            t.join(5)
        for sock in self.socks:
            sock.close()


def run(ports, hook=None, seconds=0.4, drain=0.5, **kw):
    with Traffic(ports, **kw) as gen:
        peer = Peer(gen, hook)
        try:
            gen.run(seconds)
            complete = gen.drain(drain)
            return gen, complete
        finally:
            peer.close()


def on(lport, n, change):
    """A hook that applies `change(frame)` to the n-th frame of a port."""
    def hook(port, i, frame):
        if port == lport and i == n:
            return change(frame)
        return [(None, frame)]
    return hook


@pytest.mark.parametrize("ports", [1, 2, 3, 4, 8])
def test_clean(ports):
    gen, complete = run(ports, drain=5)
    assert complete and gen.clean()
    for lport in range(ports):
        c = gen.counters(lport)
        assert c.offered > 100 and c.offered == c.delivered
        assert c.lost == c.corrupted == c.reordered == c.duplicated == c.misrouted == 0


def others_clean(gen, lport):
    for i in range(gen.ports):
        if i != lport:
            assert gen.counters(i).clean(), f"port {i} is blamed for port {lport}"


@pytest.mark.parametrize("n", [0, 5, 31, 32, 500])
def test_loss(n):
    gen, complete = run(4, on(2, n, lambda f: []))
    c = gen.counters(2)
    assert not complete and not gen.clean()
    assert (c.lost, c.corrupted, c.reordered, c.duplicated) == (1, 0, 0, 0)
    assert c.delivered == c.offered - 1
    others_clean(gen, 2)


@pytest.mark.parametrize("where", ["first", "middle", "crc", "last"])
@pytest.mark.parametrize("n", [3, 200])
def test_corruption(where, n):
    def flip(frame):
        at = {"first": 0, "middle": len(frame) // 2, "last": len(frame) - 1,
              "crc": frames.trailer_offset(len(frame)) + 9}[where]
        return [(None, frame[:at] + bytes([frame[at] ^ 0x10]) + frame[at + 1 :])]

    gen, _ = run(2, on(1, n, flip))
    c = gen.counters(1)
    assert (c.corrupted, c.lost, c.duplicated, c.reordered) == (1, 0, 0, 0)
    others_clean(gen, 1)


def test_truncated():
    gen, _ = run(2, on(0, 100, lambda f: [(None, f[:-1])]))
    assert gen.counters(0).corrupted == 1 and not gen.clean()


def test_content_with_new_crc():
    """A frame altered consistently (its crc fits) is still not what was sent."""
    def forge(frame):
        off = frames.trailer_offset(len(frame))
        seq = struct.unpack_from(">I", frame, off + 4)[0]
        head = bytes([frame[0] ^ 2]) + frame[1 : off + 8]
        crc = frames.zlib.crc32(head)
        return [(None, head + struct.pack(">IH", crc, frames.fix_word(seq, crc))
                 + frame[off + 14 :])]

    gen, _ = run(2, on(0, 40, forge))
    assert gen.counters(0).corrupted == 1


def test_reorder():
    held = []

    def hook(lport, n, frame):
        if lport == 0 and n == 50:
            held.append(frame)
            return []
        if lport == 0 and n == 53:
            return [(None, frame), (None, held[0])]
        return [(None, frame)]

    gen, complete = run(2, hook)
    c = gen.counters(0)
    assert complete and not gen.clean()
    assert (c.reordered, c.lost, c.corrupted, c.duplicated) == (1, 0, 0, 0)
    others_clean(gen, 0)


@pytest.mark.parametrize("n", [0, 100])
def test_duplicate(n):
    gen, complete = run(2, on(0, n, lambda f: [(None, f), (None, f)]))
    c = gen.counters(0)
    assert complete and not gen.clean()
    assert (c.duplicated, c.lost, c.corrupted, c.reordered) == (1, 0, 0, 0)


def test_duplicate_at_the_end():
    """One that comes after everything has arrived."""
    with Traffic(2) as gen:
        last = {}

        def hook(lport, n, frame):
            last[lport] = frame
            return [(None, frame)]

        peer = Peer(gen, hook)
        try:
            gen.run(0.1)
            assert gen.drain(2) and gen.clean()
            peer.send(1, last[0])
            gen.drain(0.5)
            assert gen.counters(0).duplicated == 1
        finally:
            peer.close()


def test_wrong_port():
    gen, complete = run(4, on(0, 10, lambda f: [(3, f)]))
    assert not complete
    assert gen.counters(0).misrouted == 1 and gen.counters(0).lost == 1
    assert not gen.clean()
    others_clean(gen, 0)


def test_all_lost_is_bounded():
    """A port that swallows everything neither stops the run nor its sibling."""
    t0 = time.monotonic()
    gen, complete = run(2, lambda p, n, f: [] if p == 0 else [(None, f)], seconds=2.5)
    assert time.monotonic() - t0 < 5
    assert not complete
    assert gen.counters(0).delivered == 0
    # A stalled window was written off and refilled.
    assert gen.counters(0).lost == gen.counters(0).offered > 192
    assert gen.counters(1).clean()


def test_window():
    """Never more than the window between a port and its pair."""
    worst = [0]
    backlog = {0: [], 1: []}

    def hook(lport, n, frame):
        backlog[lport].append((None, frame))
        worst[0] = max(worst[0], len(backlog[lport]))
        if len(backlog[lport]) < 48:
            return []
        out, backlog[lport] = backlog[lport], []
        return out

    run(2, hook, window=64, seconds=0.3)
    assert 48 <= worst[0] <= 64


def test_peer_closes():
    with Traffic(2) as gen:
        gen.opened()
        with pytest.raises(TrafficError):
            gen.run(1)


def test_templates():
    """Sizes, kinds and checksums as an independent dissector sees them."""
    from scapy.layers.inet import IP, TCP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import ARP, Dot1Q, Ether

    kinds, sizes = set(), set()
    for tmpl in frames.templates(3, b"\2abcde", b"\2fghij"):
        for seq in (0, 1, 0xFFFF, 0x12345678, 0xFFFFFFFF):
            raw = tmpl.frame(seq)
            trailer = frames.check(raw)
            assert trailer is not None and (trailer.lport, trailer.seq) == (3, seq)
            pkt = Ether(raw)
            sizes.add(len(raw))
            kinds.add(tmpl.kind)
            assert (Dot1Q in pkt) == tmpl.kind.startswith("vlan")
            if tmpl.kind == "arp":
                assert ARP in pkt
                continue
            ip = pkt[IPv6] if tmpl.kind.endswith("6") else pkt[IP]
            l4 = pkt[TCP] if "tcp" in tmpl.kind else pkt[UDP]
            want = [l4.chksum] + ([ip.chksum] if IP in pkt else [])
            again = pkt.copy()
            if IP in again:
                del again[IP].chksum
            del again[type(l4)].chksum
            again = Ether(bytes(again))
            got = [again[type(l4)].chksum] + ([again[IP].chksum] if IP in again else [])
            assert got == want, f"{tmpl.kind} {len(raw)} seq {seq:#x}"
    assert kinds == set(frames.KINDS)
    assert min(sizes) == 60 and max(sizes) == 9000


def test_missing_while_running():
    """A loss shows before the end, frames under way do not."""
    seen = []
    with Traffic(2) as gen:
        peer = Peer(gen, on(0, 20, lambda f: []))
        try:
            gen.run(0.5, lambda: seen.append((gen.missing(0), gen.missing(1))), 0.1)
        finally:
            peer.close()
    assert seen and seen[-1] == (1, 0)
