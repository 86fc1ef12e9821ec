# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""What an ordinary NIC does, as a table of cases for any PMD on a one-port device.

A case gets the rig and a driver's name, drives the distribution's testpmd and
the wire, asserts what must be, and returns in a few words what it saw: words
that two drivers which do the same have in common.

That a frame was *not* delivered is seen from a marker sent behind it: with one
queue order holds, so when the marker is there the frame was decided on.
"""

import itertools
import re
import time

from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1Q, Ether
from scapy.layers.sctp import SCTP

from pmd_rig import DRIVERS, Rig, trouble
from icemp_lib import demo
from tunnel_frames import TUNNELS, all_falsified, inner, known_to_testpmd, proper, received
from tunnel_frames import segments as tunnel_segments

PEER = "02:1c:e0:00:02:00"
OTHER = "02:1c:e0:00:07:07"
MCAST = "01:00:5e:00:00:05"
BCAST = "ff:ff:ff:ff:ff:ff"
SAFE, FULL = "safe", "full"
ALL = (SAFE, FULL)

JUMBO = "--max-pkt-len=9118 --enable-scatter --tx-offloads=0x8000"
#: MULTI_SEGS, IPv4, UDP and TCP checksum, TCP TSO.
TX_OFFLOADS = "--max-pkt-len=9118 --enable-scatter --tx-offloads=0x802e"
QUEUES = 4
MULTI_QUEUE = f"--rxq={QUEUES} --txq={QUEUES}"
#: Who wants the hash in the mbuf has to say so.
HASH = MULTI_QUEUE + " --rx-offloads=0x80000"


class CaseTable(list):
    """The cases, in order; add with @CASES.case(…)."""

    def case(self, title: str, app: str = "", modes: tuple[str, ...] = ALL):
        """A case: what it shows, testpmd's arguments, the modes it needs."""
        def add(fn):
            self.append(Case(fn.__name__, title, app, modes, fn))
            return fn
        return add


class Case:
    """name, title, app (arguments), modes, and run(rig, driver) → words."""

    def __init__(self, name, title, app, modes, fn) -> None:
        self.name = name
        self.title = title
        self.app = app
        self.modes = modes
        self._fn = fn

    def __repr__(self) -> str:
        return self.name

    def run(self, rig: Rig, driver: str) -> str:
        """Run on this driver in a session of its own; contract and output are
        checked, too."""
        rig.quit()
        pmd = rig.start(driver, self.app)
        try:
            words = self._fn(rig, pmd)
            out = rig.quit()
        except BaseException:
            if rig.pmd is not None:
                rig.drop().close()
            raise
        if self.name not in PROVOKES:
            assert not (wrong := trouble(out, DRIVERS[driver])), "\n".join(wrong)
        rig.clean()
        return words


CASES = CaseTable()
#: Cases in which testpmd is told to do what cannot be done.
PROVOKES = {"mtu", "tunnel_tx"}


# Frames

def eth(dst: str, size: int = 60, fill: int = 0, src: str = PEER) -> bytes:
    """A frame of a local experimental ethertype: no RSS, hence queue 0."""
    head = bytes.fromhex(dst.replace(":", "") + src.replace(":", "")) + b"\x88\xb5"
    return head + bytes((fill + i) & 0xFF for i in range(size - len(head)))


def ip_frame(dst: str, layer, size: int = 60) -> bytes:
    """Ethernet and these layers, padded by payload to `size`."""
    packet = Ether(dst=dst, src=PEER) / layer
    room = size - len(packet)
    return bytes(packet / bytes(i & 0xFF for i in range(max(room, 0))))


# testpmd

def restarted(pmd, *commands: str) -> None:
    """Stop the port, give these commands, start it."""
    pmd.ok("port stop 0")
    for command in commands:
        pmd.ok(command)
    pmd.ok("port start 0")


def numbers(text: str, *labels: str) -> tuple[int, ...]:
    """The numbers behind these labels."""
    found = []
    for label in labels:
        m = re.search(rf"\b{label}: *(\d+)", text)
        assert m, f"no {label} in:\n{text}"
        found.append(int(m[1]))
    return tuple(found)


def forwarded(rig: Rig, frames: list[bytes]) -> None:
    """Everything sent comes back as it was, in order."""
    rig.wire.send(frames)
    got = rig.wire.recv(len(frames))
    assert got == frames, f"{len(got)} of {len(frames)} frames came back, or not the same"


def passes(rig: Rig, frame: bytes, marker: bytes) -> bool:
    """Does the port take this frame? (io forwarding; the marker must come.)"""
    assert frame != marker
    rig.wire.send([frame, marker])
    got = rig.wire.recv(1)
    if got == [marker]:
        return False
    assert got == [frame], got
    assert rig.wire.recv(1) == [marker]
    return True


def until(check) -> None:
    """Wait for it, at most 15 s."""
    deadline = time.monotonic() + 15
    while not check():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.02)


def link_is(pmd, up: bool) -> bool:
    """Does the driver say so?"""
    return ("Link status: up" if up else "Link status: down") in pmd.cmd("show port info 0")


class Seen:
    """One packet of testpmd's verbose output."""

    def __init__(self, queue: int, text: str) -> None:
        self.queue = queue
        self.length = int(re.search(r"length=(\d+)", text)[1])
        self.segments = int(re.search(r"nb_segs=(\d+)", text)[1])
        m = re.search(r"RSS hash=0x([0-9a-f]+)", text)
        self.hash = int(m[1], 16) if m else None
        m = re.search(r"VLAN tci=0x([0-9a-f]+)", text)
        self.vlan = int(m[1], 16) if m else None
        m = re.search(r"hw ptype: ([A-Z0-9_ ]+?) +-", text)
        self.ptype = m[1] if m else ""
        self.flags = set(re.findall(r"RTE_MBUF_F_RX_(\w+)", text))


def show(pmd, wire, frames: list[bytes], port_id: int = 0) -> list[Seen]:
    """Send; what testpmd, which runs in "rxonly", shows of each, in order per queue.

    All of it must be of this port.
    """
    wire.send(frames)
    # The flags are a packet's last line.
    until(lambda: len(re.findall(r"ol_flags:.*\n", pmd.pending())) >= len(frames))
    text = pmd.pending()
    found = []
    for burst in re.split(r"port (?=\d+/queue \d)", text)[1:]:
        port, queue = re.match(r"(\d+)/queue (\d+)", burst).groups()
        assert int(port) == port_id, f"a packet of port {port}"
        found += [Seen(int(queue), part) for part in re.split(r"\n *src=", burst)[1:]]
    assert len(found) == len(frames), f"{len(found)} of {len(frames)} packets seen:\n{text}"
    return found


def seen(rig: Rig, pmd, frames: list[bytes]) -> list[Seen]:
    """What testpmd shows of these frames."""
    pmd.ok("set fwd rxonly")
    pmd.cmd("set verbose 1")
    pmd.cmd("start")
    found = show(pmd, rig.wire, frames)
    pmd.cmd("stop")
    pmd.cmd("set verbose 0")
    return found


# Toeplitz

def toeplitz(key: bytes, data: bytes) -> int:
    """The hash of an RSS input."""
    bits = int.from_bytes(key, "big")
    width = len(key) * 8
    value = 0
    for i in range(len(data) * 8):
        if data[i // 8] & (0x80 >> (i % 8)):
            value ^= (bits >> (width - 32 - i)) & 0xFFFFFFFF
    return value


def rss_key(pmd, port_id: int = 0) -> bytes:
    """The key in use."""
    m = re.search(r"RSS key:\s*([0-9A-Fa-f]+)", pmd.cmd(f"show port {port_id} rss-hash key"))
    assert m, "no RSS key"
    return bytes.fromhex(m[1])


def flows(count: int) -> list[tuple[bytes, bytes]]:
    """(frame, RSS input) of different flows: IPv4 and IPv6, UDP and TCP."""
    result = []
    for i in range(count):
        sport, dport = 1000 + 7 * i, 2000 + i
        l4 = UDP(sport=sport, dport=dport) if i & 1 else TCP(sport=sport, dport=dport)
        if i & 2:
            src, dst = f"2001:db8::{i + 1:x}", f"2001:db8:1::{i + 1:x}"
            layer = IPv6(src=src, dst=dst) / l4
        else:
            layer = IP(src=f"198.18.{i}.1", dst=f"198.19.{i}.2") / l4
        frame = ip_frame(BCAST, layer, 90)
        at = (14 + 8, 32) if i & 2 else (14 + 12, 8)
        ports = 14 + 40 if i & 2 else 14 + 20
        result.append((frame, frame[at[0] : at[0] + at[1]] + frame[ports : ports + 4]))
    return result


# The cases

@CASES.case("Probe: identity, link, limits")
def identity(rig, pmd):
    text = pmd.cmd("show port info 0")
    mac = re.search(r"MAC address: ([0-9A-F:]+)", text)[1].lower()
    assert mac == rig.mac(), text
    name = re.search(r"Device name: (\S+)", text)[1]
    assert name == rig.bdf, name
    assert "Link status: up" in text and "Link duplex: full-duplex" in text, text
    speed = re.search(r"Link speed: (\S+ \S+)", text)[1]
    mtu = numbers(text, "MTU")[0]
    ring = numbers(text, "Max possible number of RXDs per queue")[0]
    longest = numbers(text, "Maximum configurable length of RX packet")[0]
    return f"{speed}, MTU {mtu}, frames to {longest}, rings to {ring}"


#: Rings that no batch divides: each goes round within one.
@CASES.case("Forwarding under load, every bit compared", JUMBO + " --rxd=544 --txd=544")
def forward(rig, pmd):
    pmd.cmd("start")
    before = rig.gen.counters(0).as_dict()
    rig.gen.run(2.0)
    rig.gen.drain(10.0)
    now = {k: v - before[k] for k, v in rig.gen.counters(0).as_dict().items()}
    pmd.cmd("stop")
    assert now["offered"] > 1000, now
    for key in ("lost", "corrupted", "reordered", "duplicated", "misrouted"):
        assert now[key] == 0, now
    rx, tx = numbers(pmd.cmd("show port stats 0"), "RX-packets", "TX-packets")
    assert rx == tx == now["offered"], (rx, tx, now)
    return "no frame lost, changed or reordered"


@CASES.case("Statistics equal known traffic", JUMBO)
def statistics(rig, pmd):
    sizes = (60, 61, 64, 123, 124, 200, 252, 508, 509, 1020, 1514, 1518, 1519, 4000, 9000)
    frames = ([eth(rig.mac(), s, i) for i, s in enumerate(sizes * 3)]
              + [eth(MCAST, s) for s in sizes] + [eth(BCAST, s) for s in sizes[:7]])
    pmd.cmd("start")
    forwarded(rig, frames)
    pmd.cmd("stop")
    total = sum(map(len, frames))
    text = pmd.cmd("show port stats 0")
    got = numbers(text, "RX-packets", "RX-bytes", "TX-packets", "TX-bytes", "RX-missed",
                  "RX-errors", "TX-errors")
    assert got == (len(frames), total, len(frames), total, 0, 0, 0), text
    more = demo.port_xstats(pmd, 0)
    for way in ("rx", "tx"):
        assert [more[f"{way}_{kind}_packets"] for kind in ("unicast", "multicast", "broadcast")] \
            == [45, 15, 7], more
        # Size classes count the FCS.
        edges = ((64, 64), (65, 127), (128, 255), (256, 511), (512, 1023), (1024, 1522))
        for low, high in edges:
            name = f"{way}_size_{low}_packets" if low == high else \
                f"{way}_size_{low}_to_{high}_packets"
            assert more[name] == sum(low <= len(f) + 4 <= high for f in frames), (name, more)
        assert more[f"{way}_size_1523_to_max_packets"] \
            == sum(len(f) + 4 > 1522 for f in frames), more
    pmd.cmd("clear port stats 0")
    pmd.cmd("clear port xstats 0")
    zero = numbers(pmd.cmd("show port stats 0"), "RX-packets", "RX-bytes", "TX-packets",
                   "TX-bytes")
    assert zero == (0, 0, 0, 0), zero
    assert not any(v for k, v in demo.port_xstats(pmd, 0).items()
                   if re.search(r"size|cast", k))
    return f"{len(frames)} frames, {total} bytes, each class, and cleared"


@CASES.case("Frames without a buffer are counted as missed", "--no-flush-rx")
def missed(rig, pmd):
    # 511 buffers for 700 frames; nobody polls until the device drops.
    frames = [eth(rig.mac(), 60, i) for i in range(700)]
    rig.wire.send(frames)
    until(lambda: sum(numbers(pmd.cmd("show port stats 0"), "RX-packets", "RX-missed")) == 700)
    rx, lost = numbers(pmd.cmd("show port stats 0"), "RX-packets", "RX-missed")
    assert 0 < lost < 700, (rx, lost)
    pmd.cmd("start")
    assert rig.wire.recv(rx) == frames[:rx]
    forwarded(rig, frames[:50])
    pmd.cmd("stop")
    return "received + missed = sent, and on it goes"


@CASES.case("Link lost and found: interrupt, status, traffic afterwards")
def link_interrupt(rig, pmd):
    pmd.cmd("start")
    for _ in range(3):
        for up in (False, True):
            rig.link(up)
            pmd.wait("link state change event", 10)
            assert link_is(pmd, up)
            if up:
                assert "Link speed: 100 Gbps" in pmd.cmd("show port info 0")
    forwarded(rig, [eth(rig.mac(), 60, i) for i in range(20)])
    pmd.cmd("stop")
    return "an event and the right status each time"


@CASES.case("Link by polling, without interrupt", "--no-lsc-interrupt")
def link_polled(rig, pmd):
    for up in (False, True):
        rig.link(up)
        until(lambda want=up: link_is(pmd, want))
    return "down and up seen"


@CASES.case("Link down and up on the driver's order")
def link_admin(rig, pmd):
    pmd.ok("set link-down port 0")
    assert rig.state()["ports"][0]["link"] == "down"
    until(lambda: link_is(pmd, False))  # the interrupt tells the driver
    pmd.ok("set link-up port 0")
    assert rig.state()["ports"][0]["link"] == "up"
    until(lambda: link_is(pmd, True))
    pmd.cmd("start")
    forwarded(rig, [eth(rig.mac(), 60, i) for i in range(20)])
    pmd.cmd("stop")
    return "the device's link follows"


@CASES.case("Promiscuous and all-multicast, on and off")
def promiscuous(rig, pmd):
    marker = eth(rig.mac(), 99)
    pmd.ok("set promisc 0 off")
    pmd.ok("set allmulti 0 off")
    pmd.cmd("start")
    seen_words = []
    for promisc, allmulti in (("off", "off"), ("off", "on"), ("on", "off"), ("on", "on"),
                              ("off", "off")):
        pmd.ok(f"set promisc 0 {promisc}")
        pmd.ok(f"set allmulti 0 {allmulti}")
        got = (passes(rig, eth(OTHER), marker), passes(rig, eth(MCAST), marker),
               passes(rig, eth(BCAST), marker))
        want = (promisc == "on", "on" in (promisc, allmulti), True)
        assert got == want, (promisc, allmulti, got)
        seen_words.append(sum(got))
    pmd.cmd("stop")
    return "taken of unknown, multicast, broadcast: " + " ".join(map(str, seen_words))


@CASES.case("MAC addresses added, removed, set")
def mac_addresses(rig, pmd):
    own, marker = rig.mac(), eth(BCAST, 99)
    pmd.ok("set promisc 0 off")
    pmd.ok("set allmulti 0 off")
    pmd.cmd("start")
    extra = [f"02:1c:e0:00:09:{i:02x}" for i in range(20)]
    assert not any(passes(rig, eth(m), marker) for m in extra)
    for mac in extra:
        pmd.ok(f"mac_addr add 0 {mac}")
    assert all(passes(rig, eth(m), marker) for m in extra)
    for mac in extra[::2]:
        pmd.ok(f"mac_addr remove 0 {mac}")
    assert [passes(rig, eth(m), marker) for m in extra] == [False, True] * 10
    pmd.ok(f"mac_addr set 0 {OTHER}")
    assert passes(rig, eth(OTHER), marker) and not passes(rig, eth(own), marker)
    pmd.cmd("stop")
    # Filters are still there after a restart of the port.
    restarted(pmd)
    pmd.cmd("start")
    assert [passes(rig, eth(m), marker) for m in extra[:4]] == [False, True] * 2
    assert passes(rig, eth(OTHER), marker) and not passes(rig, eth(own), marker)
    pmd.ok(f"mac_addr set 0 {own}")
    assert passes(rig, eth(own), marker) and not passes(rig, eth(OTHER), marker)
    pmd.cmd("stop")
    return "20 more, each filtered as told, also after stop and start"


@CASES.case("MTU", "--enable-scatter --tx-offloads=0x8000")
def mtu(rig, pmd):
    marker = eth(rig.mac(), 99)
    for size in (1400, 1500, 9000, 600):
        restarted(pmd, f"port config mtu 0 {size}")
        assert numbers(pmd.cmd("show port info 0"), "MTU")[0] == size
        pmd.cmd("start")
        # The MTU does not count the header and two tags.
        assert passes(rig, eth(rig.mac(), size + 14), marker)
        assert not passes(rig, eth(rig.mac(), size + 14 + 16), marker)
        pmd.cmd("stop")
    pmd.ok("port stop 0")
    for size in (20000, 10):
        pmd.cmd(f"port config mtu 0 {size}")
        assert numbers(pmd.cmd("show port info 0"), "MTU")[0] == 600
    pmd.ok("port start 0")
    return "600 to 9000 kept to, 10 and 20000 refused"


@CASES.case("Port stopped and started 20 times, traffic after each")
def stop_start(rig, pmd):
    for i in range(20):
        restarted(pmd)
        pmd.cmd("start")
        forwarded(rig, [eth(rig.mac(), 60 + i, j) for j in range(8)])
        pmd.cmd("stop")
    return "every frame"


@CASES.case("One queue stopped and started", MULTI_QUEUE, (FULL,))
def queue_stop(rig, pmd):
    frames = [eth(BCAST, 60, i) for i in range(8)]  # no IP: queue 0
    pmd.cmd("start")
    forwarded(rig, frames)
    pmd.cmd("stop")
    for what in ("rxq", "txq"):
        pmd.ok(f"port 0 {what} 0 stop")
        pmd.ok(f"port 0 {what} 0 start")
        pmd.cmd("start")
        forwarded(rig, frames)
        pmd.cmd("stop")
    return "traffic goes on"


@CASES.case("FCS kept on request", "--disable-crc-strip --enable-scatter --tx-offloads=0x8000")
def keep_crc(rig, pmd):
    # Lengths are without it; around the buffer's size it is in the next one.
    frames = [eth(rig.mac(), s) for s in (60, 100, 1000, 1514)]
    packets = seen(rig, pmd, frames)
    assert [p.length for p in packets] == list(map(len, frames))
    pmd.ok("set fwd io")
    pmd.cmd("start")
    forwarded(rig, frames)
    pmd.cmd("stop")
    return "not in a packet's length, not sent on"


@CASES.case("Packet types")
def packet_types(rig, pmd):
    l4 = {"UDP": UDP(sport=1, dport=2), "TCP": TCP(sport=1, dport=2),
          "SCTP": SCTP(sport=1, dport=2)}
    frames = [ip_frame(BCAST, ip / p) for ip in (IP(dst="198.18.0.2"), IPv6(dst="2001:db8::2"))
              for p in l4.values()]
    frames += [ip_frame(BCAST, IP(dst="198.18.0.2", frag=8, proto=17)), eth(BCAST)]
    packets = seen(rig, pmd, frames)
    words = [p.ptype.replace("L2_ETHER", "").strip() for p in packets]
    for name, text in zip(list(l4) * 2, words):
        assert f"L4_{name}" in text, words
    return " | ".join(w or "-" for w in words)


@CASES.case("Rx checksum offload", "--enable-rx-cksum", (FULL,))
def rx_checksum(rig, pmd):
    good4, good6 = IP(dst="198.18.0.2"), IPv6(dst="2001:db8::2")
    udp, tcp = UDP(sport=1, dport=2), TCP(sport=1, dport=2)
    frames = [ip_frame(BCAST, layer, 90) for layer in (
        good4 / udp, good4 / tcp, good6 / udp, good6 / tcp,
        IP(dst="198.18.0.2", chksum=0x1234) / udp,
        good4 / UDP(sport=1, dport=2, chksum=0x1234),
        good4 / TCP(sport=1, dport=2, chksum=0x1234),
        good6 / UDP(sport=1, dport=2, chksum=0x1234))]
    packets = seen(rig, pmd, frames)

    def verdict(p, name):
        return "good" if f"{name}_CKSUM_GOOD" in p.flags else \
            "bad" if f"{name}_CKSUM_BAD" in p.flags else "none"
    l4 = [verdict(p, "L4") for p in packets]
    ip = [verdict(p, "IP") for p in packets]
    assert l4 == ["good"] * 5 + ["bad"] * 3, l4
    assert ip[4] == "bad" and ip[0] == ip[1] == "good", ip
    return "ip: " + " ".join(ip) + "; L4: " + " ".join(l4)


@CASES.case("Tx checksum offload", TX_OFFLOADS, (FULL,))
def tx_checksum(rig, pmd):
    pmd.ok("port stop 0")
    for what in ("ip", "udp", "tcp"):
        pmd.cmd(f"csum set {what} hw 0")
    pmd.ok("port start 0")
    pmd.ok("set fwd csum")
    pmd.cmd("start")
    for size in (90, 91, 1400, 5000):
        for ip in (IP(src="198.18.0.1", dst="198.18.0.2"), IPv6(src="2001:db8::1",
                                                                 dst="2001:db8::2")):
            for l4 in (UDP, TCP):
                bad = ip_frame(BCAST, ip / l4(sport=1, dport=2, chksum=0xDEAD), size)
                rig.wire.send([bad])
                got = rig.wire.recv(1)
                assert got, "nothing came out"
                sent = Ether(bad)
                del sent[l4].chksum
                if IP in sent:
                    del sent[IP].chksum
                # csum mode also writes the addresses.
                assert got[0][14:] == bytes(sent)[14:], (size, ip, l4)
    pmd.cmd("stop")
    return "IPv4, UDP and TCP over both, 90 to 5000 bytes"


@CASES.case("TSO", TX_OFFLOADS, (FULL,))
def tso(rig, pmd):
    pmd.ok("port stop 0")
    for what in ("ip", "tcp"):
        pmd.cmd(f"csum set {what} hw 0")
    pmd.cmd("tso set 1000 0")
    pmd.ok("port start 0")
    pmd.ok("set fwd csum")
    pmd.cmd("start")
    words = []
    for ip, head in ((IP(src="198.18.0.1", dst="198.18.0.2", id=7), 54),
                     (IPv6(src="2001:db8::1", dst="2001:db8::2"), 74)):
        frame = ip_frame(BCAST, ip / TCP(sport=1, dport=2, seq=100, flags="FPA"), 8000)
        want = -(-(8000 - head) // 1000)
        rig.wire.send([frame])
        got = rig.wire.recv(want)
        assert len(got) == want and rig.wire.flush() == 0
        assert b"".join(g[head:] for g in got) == frame[head:]
        for i, raw in enumerate(got):
            seg = Ether(raw)
            last = i == want - 1
            assert seg[TCP].seq == 100 + 1000 * i
            assert ("F" in seg[TCP].flags) == ("P" in seg[TCP].flags) == last
            again = Ether(raw)
            del again[TCP].chksum
            if IP in again:
                assert seg[IP].len == len(raw) - 14 and seg[IP].id == 7 + i
                del again[IP].chksum
            assert bytes(again) == raw, f"checksums of segment {i}"
        words.append(want)
    pmd.cmd("stop")
    return f"{words[0]} segments over IPv4, {words[1]} over IPv6"


@CASES.case("Headers in buffers of their own",
            "--mbuf-size=2176,2176 --rxhdrs=ipv4-udp --rx-offloads=0x100000 "
            "--tx-offloads=0x8000", (FULL,))
def buffer_split(rig, pmd):
    frames = [ip_frame(BCAST, IP(src="198.18.0.1", dst="198.19.0.2") / l4(sport=1, dport=2), size)
              for l4 in (UDP, TCP) for size in (60, 61, 333, 1514)]
    packets = seen(rig, pmd, frames)
    assert [(p.length, p.segments) for p in packets] == [(len(f), 2) for f in frames]
    pmd.ok("set fwd io")
    pmd.cmd("start")
    forwarded(rig, frames)
    pmd.cmd("stop")
    return "behind UDP and TCP, in two segments, every bit forwarded"


@CASES.case("Tunnels received: packet types, inner and outer checksums", "--enable-rx-cksum",
            (FULL,))
def tunnel_rx(rig, pmd):
    cases = received()
    shown = {p.length: p for p in seen(rig, pmd, [case[0] for case in cases])}
    for frame, ptype, want, unwanted, _ in cases:
        got = shown[len(frame)]
        assert got.ptype == ptype, frame.hex()
        assert want <= got.flags and not unwanted & got.flags, (got.flags, frame.hex())
    return ", ".join(TUNNELS) + f": {len(cases)} frames, each checksum good and bad"


@CASES.case("Tunnels sent: inner and outer checksums, TSO", TX_OFFLOADS, (FULL,))
def tunnel_tx(rig, pmd):
    pmd.ok("port stop 0")
    for what in ("ip", "udp", "tcp", "outer-ip", "outer-udp"):
        pmd.ok(f"csum set {what} hw 0")
    pmd.ok("csum parse-tunnel on 0")
    # It regrets that there are kinds of tunnels the driver does not name.
    pmd.ok("tunnel_tso set 1000 0")
    pmd.ok("port start 0")
    pmd.ok("set fwd csum")
    pmd.cmd("start")
    for name, wrap in TUNNELS.items():
        for version, in_version in itertools.product((4, 6), (4, 6)):
            if not known_to_testpmd(name, in_version):
                continue
            for l4, size in (("udp", 333), ("tcp", 3541)):
                pkt = wrap(version, inner(in_version, l4, size))
                want = [proper(pkt)] if l4 == "udp" else tunnel_segments(pkt, 1000)
                rig.wire.send([all_falsified(pkt)])
                got = rig.wire.recv(len(want))
                # csum mode also writes the outer addresses.
                assert [f[12:] for f in got] == [f[12:] for f in want], (name, version, in_version)
    pmd.cmd("stop")
    return ", ".join(TUNNELS) + ": UDP, and TCP in 4 segments"


@CASES.case("VLAN stripped on reception", "--enable-hw-vlan-strip")
def vlan_strip(rig, pmd):
    frames = [bytes(Ether(dst=BCAST, src=PEER) / Dot1Q(vlan=v, prio=3)) + bytes(60)
              for v in (1, 100, 4094)]
    packets = seen(rig, pmd, frames)
    assert [p.vlan for p in packets] == [3 << 13 | v for v in (1, 100, 4094)]
    assert all("VLAN_STRIPPED" in p.flags for p in packets)
    assert [p.length for p in packets] == [len(f) - 4 for f in frames]
    pmd.ok("vlan set strip off 0")
    packets = seen(rig, pmd, frames)
    assert [p.length for p in packets] == [len(f) for f in frames]
    assert not any("VLAN_STRIPPED" in p.flags for p in packets)
    return "tag and priority in the mbuf; whole when off"


@CASES.case("VLAN inserted on transmission")
def vlan_insert(rig, pmd):
    restarted(pmd, "tx_vlan set 0 1234")
    pmd.ok("set fwd mac")
    pmd.cmd("start")
    for size in (60, 333, 1514):
        frame = eth(rig.mac(), size)
        rig.wire.send([frame])
        got = rig.wire.recv(1)
        assert got and got[0][12:16] == bytes.fromhex("810004d2"), got
        assert got[0][16:] == frame[12:]
    pmd.cmd("stop")
    restarted(pmd, "tx_vlan reset 0")
    pmd.cmd("start")
    frame = eth(rig.mac(), 100)
    rig.wire.send([frame])
    assert rig.wire.recv(1)[0][12:] == frame[12:]
    pmd.cmd("stop")
    return "802.1Q tag 1234, none after reset"


@CASES.case("Two VLAN tags inserted on transmission", modes=(FULL,))
def qinq_insert(rig, pmd):
    restarted(pmd, "tx_vlan set 0 1234 100")
    pmd.ok("set fwd mac")
    pmd.cmd("start")
    frame = eth(rig.mac(), 333)
    rig.wire.send([frame])
    (got,) = rig.wire.recv(1)
    assert got[12:20] == bytes.fromhex("88a80064810004d2") and got[20:] == frame[12:], got
    pmd.cmd("stop")
    restarted(pmd, "tx_vlan reset 0")
    return "802.1Q tag 1234 behind 802.1ad tag 100"


@CASES.case("VLAN filter")
def vlan_filter(rig, pmd):
    def tagged(vid):
        return bytes(Ether(dst=rig.mac(), src=PEER) / Dot1Q(vlan=vid)) + bytes(60)
    marker = eth(rig.mac(), 99)
    pmd.ok("set promisc 0 off")
    pmd.cmd("start")
    pmd.ok("vlan set filter on 0")
    pmd.ok("rx_vlan add 5 0")
    pmd.ok("rx_vlan add 4094 0")
    got = [passes(rig, tagged(v), marker) for v in (5, 6, 4094)]
    assert got == [True, False, True], got
    pmd.ok("rx_vlan rm 5 0")
    assert not passes(rig, tagged(5), marker) and passes(rig, tagged(4094), marker)
    pmd.ok("vlan set filter off 0")
    got = [passes(rig, tagged(v), marker) for v in (5, 6, 4094)]
    pmd.cmd("stop")
    assert got == [True] * 3, got
    return "members only while on; untagged always"


@CASES.case("RSS over four queues: hash and queue of every flow", HASH, (FULL,))
def rss(rig, pmd):
    pmd.cmd("port config all rss all")
    key = rss_key(pmd)
    some = flows(64)
    by_hash = {toeplitz(key, data): data for _, data in some}
    packets = seen(rig, pmd, [frame for frame, _ in some])
    assert {p.hash for p in packets} == set(by_hash)
    assert all("RSS_HASH" in p.flags for p in packets)
    assert all(p.queue == p.hash % 512 % QUEUES for p in packets)
    used = {p.queue for p in packets}
    assert used == set(range(QUEUES)), used
    return "64 flows, Toeplitz over addresses and ports, every queue used"


@CASES.case("RSS key and redirection table changed", HASH, (FULL,))
def rss_tables(rig, pmd):
    pmd.cmd("port config all rss all")
    some = flows(16)
    # The ones that are there are in use.
    old = rss_key(pmd)
    packets = seen(rig, pmd, [frame for frame, _ in some])
    assert {p.hash for p in packets} == {toeplitz(old, data) for _, data in some}
    key = bytes((7 * i + 3) & 0xFF for i in range(52))
    pmd.ok(f"port config 0 rss-hash-key ipv4 {key.hex()}")
    assert rss_key(pmd) == key
    # The command asks for the types anew: IPv4 and nothing else.
    pmd.cmd("port config all rss all")
    assert rss_key(pmd) == key
    hashes = [toeplitz(key, data) for _, data in some]
    moved = {h % 512: (h + 1) % QUEUES for h in hashes}
    for entry, queue in moved.items():
        pmd.ok(f"port config 0 rss reta ({entry},{queue})")
    packets = seen(rig, pmd, [frame for frame, _ in some])
    assert {p.hash for p in packets} == set(hashes)
    assert all(p.queue == moved[p.hash % 512] for p in packets)
    return "both take effect at once"


@CASES.case("Module", "", (FULL,))
def module(rig, pmd):
    text = pmd.cmd("show port 0 module_eeprom")
    rows = re.findall(r"^[0-9A-F]{8}: ((?:[0-9A-F]{2} )+)", text, re.M)
    data = bytes.fromhex("".join(rows))
    assert len(data) == numbers(text, "MODULE EEPROM length")[0], text
    assert data[0] == data[128] == 0x11
    assert data[191] == sum(data[128:191]) & 0xFF and data[223] == sum(data[192:223]) & 0xFF
    assert not any(data[256:])
    vendor, part, serial = (data[i : i + 16].decode().strip() for i in (148, 168, 196))
    assert serial == "MP" + rig.mac().replace(":", "").upper(), serial
    return f"{len(data)} bytes, {vendor} {part}, the port's serial"


# What a driver offers

def _offloads(pmd, way: str) -> set[str]:
    text = pmd.cmd(f"show port 0 {way}_offload capabilities")
    return {f"{way.capitalize()} offload {name}"
            for line in re.findall(r"Per (?:Queue|Port) *: *(.*)", text) for name in line.split()}


def _works(text: str) -> bool:
    return not re.search(r"not support|unsupported|not implemented|fail|error|removed|invalid|diag=-", text, re.I)


#: Things to ask for that not every NIC has: name, testpmd commands.
_ASKS = (
    ("multicast filter", "mcast_addr add 0 01:00:5e:00:00:05"),
    ("flow control", "show port 0 flow_ctrl"),
    ("FEC", "show port 0 fec_mode"),
    ("EEPROM dump", "show port 0 eeprom"),
    ("module EEPROM", "show port 0 module_eeprom"),
    ("Rx descriptor status", "show port 0 rxq 0 desc 0 status"),
    ("Tx descriptor status", "show port 0 txq 0 desc 0 status"),
    ("RSS redirection table", "show port 0 rss reta 512 (0x1,0x1,0x1,0x1,0x1,0x1,0x1,0x1)"),
    ("rte_flow: drop", "flow validate 0 ingress pattern eth / ipv4 src is 198.18.0.1 / end "
                       "actions drop / end"),
    ("rte_flow: queue", "flow validate 0 ingress pattern eth / ipv4 src is 198.18.0.1 / udp / "
                        "end actions queue index 0 / end"),
    ("rte_flow: RSS", "flow validate 0 ingress pattern eth / ipv4 / udp / end actions rss types "
                      "ipv4-udp end queues end / end"),
)


def offers(rig: Rig, driver: str) -> set[str]:
    """What the driver says it has on this device, in words."""
    rig.quit()
    pmd = rig.start(driver, MULTI_QUEUE)
    found = _offloads(pmd, "rx") | _offloads(pmd, "tx")
    found |= {name for name, command in _ASKS if _works(pmd.cmd(command))}
    types = re.search(r"RSS offload flow types:\n((?:  .*\n)+)", pmd.cmd("show port info 0"))
    found |= {f"RSS of {t}" for t in (types[1].split() if types else ())}
    rig.quit()
    return found
