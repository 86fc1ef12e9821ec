# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Frames in, frames out: what the distribution's testpmd does over our driver is
compared bit for bit with what scapy computes.

Ports 0 and 1 are tried against each other: a setting of one must not show on
the other. Two testpmd sessions: four queues with one buffer per frame, and
jumbo frames in several buffers with all Tx offloads.
"""

import itertools
import re
import time
from collections import Counter

import pytest
from frames_helper import HUB, JUMBO, MSS, PLAIN, QUIET, TIMEOUT, Bench, noise
from icemp_lib import demo
from pmd_cases import BCAST, MCAST, OTHER, PEER, QUEUES, eth, flows, rss_key, toeplitz, until
from scapy.layers.inet import IP, TCP, UDP, IPOption_NOP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether
from scapy.layers.sctp import SCTP, SCTPChunkData
from tunnel_frames import TUNNELS, all_falsified, inner, known_to_testpmd, proper, received
from tunnel_frames import segments as tunnel_segments

V4 = {"src": "198.18.0.1", "dst": "198.19.0.2"}
V6 = {"src": "2001:db8::1", "dst": "2001:db8:1::2"}
BUF = 2048
#: Largest frame without FCS for --max-pkt-len=9018.
LIMIT = 9014


@pytest.fixture(scope="module")
def bench():
    with Bench() as it:
        yield it
        it.quit()
        it.clean()


@pytest.fixture
def plain(bench):
    """Four queues per port, one buffer per frame, no Tx offload; promiscuous."""
    bench.testpmd(PLAIN)
    return bench


@pytest.fixture
def jumbo(bench):
    """One queue per port, scattered frames, checksums made by the device, TSO on port 1."""
    bench.testpmd(JUMBO)
    bench.offload()
    return bench


def packet(version: int, name: str, size: int, tci: int | None = None, **l4):
    """Ethernet, maybe a tag, IP, UDP or TCP or SCTP, and noise up to `size` bytes."""
    head = Ether(dst=BCAST, src=PEER)
    if tci is not None:
        head /= Dot1Q(prio=tci >> 13, id=tci >> 12 & 1, vlan=tci & 0xFFF)
    head /= IP(**V4, id=0x1234) if version == 4 else IPv6(**V6, tc=3)
    if name == "sctp":
        head /= SCTP(sport=1001, dport=2002, tag=7, **l4) / SCTPChunkData(tsn=9)
    else:
        head /= {"udp": UDP, "tcp": TCP}[name](sport=1001, dport=2002, **l4)
    assert size > len(head)
    data = noise(size - len(head))
    if name == "sctp":
        head[SCTPChunkData].data = data
        return head
    return head / data


def l4_of(pkt):
    """The class of its L4 header."""
    return next(layer for layer in (UDP, TCP, SCTP) if layer in pkt)


def wrong(pkt, *layers) -> bytes:
    """The packet's bytes with the checksums of these layers falsified."""
    pkt = Ether(proper(pkt))
    for layer in layers:
        pkt[layer].chksum ^= 0x0101
        assert pkt[layer].chksum != 0
    return bytes(pkt)


# 1. Reception

def rx_cases() -> list[tuple[bytes, dict]]:
    """(frame, what testpmd must show of it); no length is used twice."""
    found = []
    for version, name, tci, bad in itertools.product((4, 6), ("udp", "tcp", "sctp"),
                                                     (None, 0x7ABC), ("", "l4", "ip")):
        if bad == "ip" and version == 6:
            continue
        pkt = packet(version, name, 200 + 8 * len(found), tci)
        frame = wrong(pkt, *{"": (), "l4": (l4_of(pkt),), "ip": (IP,)}[bad])
        l3 = 14 if tci is None else 18
        start, end = (l3 + 12, l3 + 24) if version == 4 else (l3 + 8, l3 + 44)
        flags = {"RSS_HASH", "OUTER_L4_CKSUM_UNKNOWN",
                 "IP_CKSUM_" + ("BAD" if bad == "ip" else "GOOD"),
                 "L4_CKSUM_" + ("BAD" if bad == "l4" else "GOOD")}
        found.append((frame, {
            "ptype": f"L2_ETHER L3_IPV{version}_EXT_UNKNOWN L4_{name.upper()}",
            "length": len(frame) - (0 if tci is None else 4), "vlan": tci,
            "input": frame[start:end],
            "flags": flags if tci is None else flags | {"VLAN", "VLAN_STRIPPED"}}))
    return found


@pytest.mark.parametrize("lport", [0, 1])
def test_rx_metadata(plain, lport):
    plain.pmd.cmd("port config all rss all")
    key = rss_key(plain.pmd, lport)
    plain.pmd.ok(f"vlan set strip on {lport}")
    cases = rx_cases()
    shown = {p.length: p for p in plain.seen(lport, [frame for frame, _ in cases])}
    plain.pmd.ok(f"vlan set strip off {lport}")
    for frame, want in cases:
        got = shown[want["length"]]
        assert (got.ptype, got.vlan, got.flags, got.hash) == (
            want["ptype"], want["vlan"], want["flags"], toeplitz(key, want["input"])), frame.hex()
        assert got.segments == 1


def test_rx_metadata_of_other_frames(plain):
    frames = [eth(BCAST, 61),
              proper(Ether(dst=BCAST, src=PEER) / IP(**V4, proto=17, frag=8) / noise(62)),
              proper(Ether(dst=BCAST, src=PEER) / IP(**V4) / UDP(sport=1, dport=2, chksum=0)
                     / noise(63))]
    # A UDP checksum of 0 is none.
    frames[2] = frames[2][:40] + bytes(2) + frames[2][42:]
    # In different queues: not in order.
    by_length = {p.length: p for p in plain.seen(0, frames)}
    odd, frag, udp0 = (by_length[len(f)] for f in frames)
    assert (odd.queue, odd.hash, odd.vlan) == (0, None, None)
    assert not odd.flags & {"RSS_HASH", "IP_CKSUM_GOOD", "IP_CKSUM_BAD", "L4_CKSUM_BAD"}
    assert odd.ptype == "L2_ETHER" and frag.ptype.endswith("L4_FRAG")
    assert frag.hash == toeplitz(rss_key(plain.pmd), frames[1][26:34])
    assert "IP_CKSUM_GOOD" in udp0.flags and "L4_CKSUM_GOOD" in udp0.flags


def test_tag_stays_without_strip(plain):
    frame = bytes(Ether(dst=BCAST, src=PEER) / Dot1Q(vlan=5) / IP(**V4) / UDP()) + noise(80)
    (got,) = plain.seen(0, [frame])
    assert got.length == len(frame) and got.vlan is None and "VLAN_STRIPPED" not in got.flags


# 2. VLAN

def test_strip_is_per_port(plain):
    frame = eth(BCAST, 90)
    tagged = frame[:12] + bytes.fromhex("81007abc") + frame[12:]
    plain.pmd.ok("vlan set strip on 0")
    with plain.forwarding():
        assert plain.through([tagged, frame], src=0) == [frame, frame]
        assert plain.through([tagged, frame], src=1) == [tagged, frame]
    plain.pmd.ok("vlan set strip off 0")
    with plain.forwarding():
        assert plain.through([tagged], src=0) == [tagged]


def test_a_short_frame_is_padded_when_its_tag_goes(plain):
    frame = eth(BCAST, 58)
    tagged = frame[:12] + bytes.fromhex("81000005") + frame[12:]
    plain.pmd.ok("vlan set strip on 0")
    with plain.forwarding():
        assert plain.through([tagged]) == [frame + bytes(2)]
    plain.pmd.ok("vlan set strip off 0")


@pytest.mark.parametrize("vid", [1, 1234, 4094])
def test_tag_is_inserted(plain, vid):
    plain.reconfigured(f"tx_vlan set 1 {vid}")
    tag = b"\x81\x00" + vid.to_bytes(2, "big")
    frames = [eth(BCAST, size, size) for size in (60, 61, 512, 1514)]
    with plain.forwarding("mac"):
        assert plain.through(frames) == [plain.new_head(1) + tag + f[12:] for f in frames]
        # The other port has no such setting.
        assert plain.through(frames, src=1) == [plain.new_head(0) + f[12:] for f in frames]
    plain.reconfigured("tx_vlan reset 1")
    with plain.forwarding("mac"):
        assert plain.through(frames) == [plain.new_head(1) + f[12:] for f in frames]


def test_vlan_filter_is_per_port(plain):
    def takes(lport, vids):
        return plain.taken([bytes(Ether(dst=BCAST, src=PEER) / Dot1Q(vlan=v, type=0x88B5))
                            + noise(60) for v in vids], lport)
    plain.pmd.ok("vlan set filter on 0")
    plain.pmd.ok("rx_vlan add 5 0")
    plain.pmd.ok("rx_vlan add 4094 0")
    with plain.forwarding():
        assert takes(0, (5, 6, 4094, 0)) == [True, False, True, True]
        assert takes(1, (5, 6, 4094)) == [True] * 3
    plain.pmd.ok("rx_vlan rm 5 0")
    with plain.forwarding():
        assert takes(0, (5, 4094)) == [False, True]
    plain.pmd.ok("vlan set filter off 0")
    with plain.forwarding():
        assert takes(0, (5, 6, 4094)) == [True] * 3


def test_limit_without_jumbo(plain):
    with plain.forwarding():
        assert plain.taken([eth(BCAST, n) for n in (1514, 1523, 1518, 1522)]) == [
            True, False, True, True]


# 3. Addresses

@pytest.fixture
def choosy(plain):
    """Port 0 is not promiscuous; as before afterwards."""
    plain.pmd.ok("set promisc 0 off")
    with plain.forwarding():
        yield plain
    plain.pmd.ok("set allmulti 0 off")
    plain.pmd.ok("set promisc 0 on")


def taken(bench, *addrs: str, lport: int = 0) -> list[bool]:
    """Which of these destinations a port takes."""
    return bench.taken([eth(addr, 80) for addr in addrs], lport)


def test_unicast_and_promiscuous(choosy):
    own, neighbour = choosy.macs[:2]
    near = own[:-2] + f"{int(own[-2:], 16) ^ 0x80:02x}"
    dsts = (own, neighbour, near, OTHER, MCAST, BCAST)
    assert taken(choosy, *dsts) == [True, False, False, False, False, True]
    # Port 1 still is promiscuous.
    assert taken(choosy, *dsts, lport=1) == [True] * 6
    choosy.pmd.ok("set promisc 0 on")
    assert taken(choosy, *dsts) == [True] * 6
    choosy.pmd.ok("set promisc 0 off")
    assert taken(choosy, *dsts) == [True, False, False, False, False, True]


def test_multicast(choosy):
    dsts = (MCAST, "33:33:00:00:00:01", OTHER)
    choosy.pmd.ok("set allmulti 0 on")
    assert taken(choosy, *dsts) == [True, True, False]
    choosy.pmd.ok("set allmulti 0 off")
    choosy.pmd.ok(f"mcast_addr add 0 {MCAST}")
    assert taken(choosy, *dsts) == [True, False, False]
    choosy.pmd.ok(f"mcast_addr remove 0 {MCAST}")
    assert taken(choosy, *dsts) == [False] * 3


def test_addresses_come_and_go(choosy):
    own = choosy.macs[0]
    choosy.pmd.ok(f"mac_addr add 0 {OTHER}")
    assert taken(choosy, own, OTHER) == [True, True]
    choosy.pmd.ok(f"mac_addr remove 0 {OTHER}")
    assert taken(choosy, own, OTHER) == [True, False]
    choosy.pmd.ok(f"mac_addr set 0 {OTHER}")
    assert taken(choosy, own, OTHER) == [False, True]
    choosy.pmd.ok(f"mac_addr set 0 {own}")
    assert taken(choosy, own, OTHER) == [True, False]


# 4. RSS

@pytest.mark.parametrize("lport", [0, 1])
def test_rss_spreads_flows_and_keeps_them(plain, lport):
    plain.pmd.cmd("port config all rss all")
    key = rss_key(plain.pmd, lport)
    some = flows(64)
    plain.pmd.cmd(f"clear port xstats {lport}")
    shown = plain.seen(lport, [frame for frame, _ in some] * 3)
    assert Counter(p.hash for p in shown) == Counter(
        [toeplitz(key, data) for _, data in some] * 3)
    assert all(p.queue == p.hash % 512 % QUEUES for p in shown)
    assert {p.queue for p in shown} == set(range(QUEUES))
    counts, seen = demo.port_xstats(plain.pmd, lport), Counter(p.queue for p in shown)
    assert [counts[f"rx_q{q}_packets"] for q in range(QUEUES)] == [seen[q] for q in range(QUEUES)]


# 5. Several tags

@pytest.mark.parametrize("mode", ["plain", "jumbo"])
def test_two_tags_pass_untouched(request, mode):
    bench = request.getfixturevalue(mode)
    frames = [bytes(Ether(dst=BCAST, src=PEER) / outer / Dot1Q(vlan=7, prio=2) / IP(**V4)
                    / UDP(sport=1, dport=2) / noise(size))
              for outer in (Dot1AD(vlan=100, prio=5), Dot1Q(vlan=100), Dot1Q(vlan=100) / Dot1Q())
              for size in (20, 101, 1400)]
    with bench.forwarding():
        for src in (0, 1):
            # Several queues: in any order.
            assert sorted(bench.through(frames, src=src)) == sorted(frames)


# 6. Checksums on transmission

def sent_on(bench, lport: int, pkt) -> bytes:
    """The packet as the csum engine sends it out of a port: addresses, checksums."""
    return bench.new_head(lport) + proper(pkt)[12:]


@pytest.mark.parametrize("src", [0, 1])
@pytest.mark.parametrize("tci", [None, 0x7ABC], ids=["untagged", "tagged"])
def test_checksums_are_made(jumbo, tci, src):
    pkts = [packet(version, name, size, tci) for version in (4, 6)
            for name, sizes in (("udp", (90, 91, 1400, 5001)), ("tcp", (90, 93, 1000)),
                                ("sctp", (94, 158) if tci is None else (98, 162)))
            for size in sizes]
    with jumbo.forwarding("csum"):
        got = jumbo.through([wrong(p, *([IP] if IP in p else []), l4_of(p)) for p in pkts],
                            src=src)
    assert got == [sent_on(jumbo, src ^ 1, p) for p in pkts]


def test_checksums_with_ip_options(jumbo):
    ip = IP(**V4, options=[IPOption_NOP()] * 8)
    pkts = [Ether(dst=BCAST, src=PEER) / ip / layer(sport=1001, dport=2002) / noise(77)
            for layer in (UDP, TCP)]
    with jumbo.forwarding("csum"):
        got = jumbo.through([wrong(p, IP, l4_of(p)) for p in pkts])
    assert got == [sent_on(jumbo, 1, p) for p in pkts]


def test_padding_is_not_summed(jumbo):
    pkt = Ether(dst=BCAST, src=PEER) / IP(**V4) / UDP(sport=1001, dport=2002) / b"abc"
    pad = bytes(range(1, 16))
    with jumbo.forwarding("csum"):
        got = jumbo.through([wrong(pkt, IP, UDP) + pad])
    assert got == [sent_on(jumbo, 1, pkt) + pad]


def test_no_udp_checksum_stays_none(jumbo):
    pkt = packet(4, "udp", 100)
    frame = bytearray(wrong(pkt, IP))
    frame[40:42] = bytes(2)
    want = bytearray(sent_on(jumbo, 1, pkt))
    want[40:42] = bytes(2)
    with jumbo.forwarding("csum"):
        assert jumbo.through([bytes(frame)]) == [bytes(want)]


# 7. TSO

def segments(bench, lport: int, pkt, mss: int) -> list[bytes]:
    """What TSO makes of a TCP packet, computed from scratch."""
    pkt = Ether(proper(pkt))
    data = bytes(pkt[TCP].payload)
    out = []
    for at in range(0, len(data), mss):
        seg = pkt.copy()
        last = at + mss >= len(data)
        seg[TCP].remove_payload()
        seg[TCP].add_payload(data[at : at + mss])
        seg[TCP].seq = (pkt[TCP].seq + at) & 0xFFFFFFFF
        if IP in seg:
            seg[IP].id = (pkt[IP].id + at // mss) & 0xFFFF
        seg[TCP].flags = "".join(
            f for f in str(pkt[TCP].flags)
            if (f not in "FP" or last) and (f != "C" or at == 0))
        # The shortest frame of the wire.
        out.append(sent_on(bench, lport, seg).ljust(60, b"\0"))
    return out


TSO_CASES = {
    "even": {"payload": 8 * MSS},
    "rest": {"payload": 7 * MSS + 1},
    "odd rest": {"payload": 6 * MSS + 333, "tci": 0x7ABC},
    "just two": {"payload": MSS + 1},
    "one": {"payload": MSS},
    "wraps": {"payload": 5 * MSS, "seq": 0xFFFFFA00, "id": 0xFFFE},
    "options": {"payload": 4 * MSS + 7, "options": [("NOP", None), ("NOP", None),
                                                    ("Timestamp", (0x01020304, 0x05060708))]},
    "limit": {"payload": None, "tci": 5},
}


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("name", TSO_CASES)
def test_tso(jumbo, name, version):
    case = dict(TSO_CASES[name])
    head = Ether(dst=BCAST, src=PEER)
    if "tci" in case:
        head /= Dot1Q(prio=case["tci"] >> 13, id=case["tci"] >> 12 & 1, vlan=case["tci"] & 0xFFF)
    head /= IP(**V4, id=case.get("id", 7), flags="DF") if version == 4 else IPv6(**V6, fl=9)
    head /= TCP(sport=1001, dport=2002, seq=case.get("seq", 100), ack=77, flags="FPACE",
                window=4321, options=case.get("options", []))
    pkt = head / noise(case["payload"] or LIMIT - len(head))
    want = segments(jumbo, 1, pkt, MSS)
    frame = wrong(pkt, *([IP] if version == 4 else []), TCP)
    with jumbo.forwarding("csum"):
        got = jumbo.through([frame], len(want))
        assert len(got) == len(want) and [len(f) for f in got] == [len(f) for f in want]
        assert got == want
        # Port 0 does not cut.
        assert jumbo.through([frame], src=1) == [sent_on(jumbo, 0, pkt)]


# 8. Jumbo frames

SIZES = sorted({60, 61, 1514, 1519, LIMIT - 1, LIMIT,
                *(n * BUF + d for n in range(1, 5) for d in (-1, 0, 1))})


def test_jumbo_frames_pass(jumbo):
    frames = [eth(BCAST, size, size) for size in SIZES]
    with jumbo.forwarding():
        for src in (0, 1):
            assert jumbo.through(frames, src=src) == frames


def test_a_frame_fills_its_buffers(jumbo):
    shown = jumbo.seen(1, [eth(BCAST, size) for size in SIZES])
    assert [(p.length, p.segments) for p in shown] == [(n, -(-n // BUF)) for n in SIZES]


def test_one_byte_above_the_limit(jumbo):
    with jumbo.forwarding():
        before = [demo.port_xstats(jumbo.pmd, port) for port in (0, 1)]
        assert jumbo.taken([eth(BCAST, n) for n in (LIMIT + 1, LIMIT)]) == [False, True]
    after = [demo.port_xstats(jumbo.pmd, port) for port in (0, 1)]
    grown = [{k: v - b[k] for k, v in a.items() if v != b[k]} for a, b in zip(after, before)]
    assert grown[0].get("rx_oversize_errors") == 1, grown
    assert "rx_oversize_errors" not in grown[1]
    assert grown[0]["rx_good_packets"] == 2 == grown[1]["tx_good_packets"]


# 9. A hub

def test_two_ports_on_one_hub(jumbo):
    """0 → 2 → hub → 3 → 1 and back, both at a time, while the hub's third
    member hears all of it, and speaks to both."""
    def burst(sender, n):
        return [eth(BCAST, (60, 61, 300, 1514, 2049, 64)[i % 6], i,
                      f"02:00:00:0{sender}:{n:02x}:{i:02x}") for i in range(96)]

    with jumbo.forwarding(ports="0,2,1,3"):
        for n in range(12):
            sends = {i: burst(i, n) for i in (0, 1, HUB)}
            got = jumbo.exchange(sends, {0: 192, 1: 192, HUB: 192})
            for wire in (0, 1, HUB):
                for sender in {0, 1, HUB} - {wire}:
                    mark = bytes([2, 0, 0, sender])
                    heard = [f for f in got[wire] if f[6:10] == mark]
                    assert heard == sends[sender], f"burst {n}: {sender} to {wire}"
                assert len(got[wire]) == 192


# 10. Tunnels

def test_rx_tunnels(plain):
    plain.pmd.cmd("port config all rss all")
    key = rss_key(plain.pmd)
    cases = received()
    shown = {p.length: p for p in plain.seen(0, [case[0] for case in cases])}
    assert len(shown) == len(cases)
    for frame, ptype, want, unwanted, data in cases:
        got = shown[len(frame)]
        assert (got.ptype, got.hash) == (ptype, toeplitz(key, data)), frame.hex()
        assert want <= got.flags and not unwanted & got.flags, (got.flags, frame.hex())


@pytest.fixture
def tunnel_tx(jumbo):
    """Checksums in and around tunnels are the device's; port 1 cuts what is in them."""
    if not getattr(jumbo, "tunnels", False):
        jumbo.reconfigured(*(f"csum set {what} hw {port}" for port in (0, 1)
                             for what in ("outer-ip", "outer-udp")),
                           *(f"csum parse-tunnel on {port}" for port in (0, 1)),
                           f"tunnel_tso set {MSS} 1")
        jumbo.tunnels = True
    return jumbo


@pytest.mark.parametrize("name", TUNNELS)
def test_checksums_in_tunnels_are_made(tunnel_tx, name):
    pkts = [TUNNELS[name](version, inner(in_version, l4, size))
            for version in (4, 6) for in_version in (4, 6) if known_to_testpmd(name, in_version)
            for l4, size in (("udp", 150), ("tcp", 151), ("udp", 1201), ("tcp", 900))]
    with tunnel_tx.forwarding("csum"):
        for src in (0, 1):
            got = tunnel_tx.through([all_falsified(p) for p in pkts], src=src)
            assert got == [sent_on(tunnel_tx, src ^ 1, p) for p in pkts]


@pytest.mark.parametrize("name", TUNNELS)
def test_tso_in_tunnels(tunnel_tx, name):
    pkts = [TUNNELS[name](version, inner(in_version, "tcp", 3 * MSS + 541))
            for version in (4, 6) for in_version in (4, 6) if known_to_testpmd(name, in_version)]
    want = [tunnel_tx.new_head(1) + seg[12:] for p in pkts for seg in tunnel_segments(p, MSS)]
    with tunnel_tx.forwarding("csum"):
        got = tunnel_tx.through([all_falsified(p) for p in pkts], len(want))
    assert [len(f) for f in got] == [len(f) for f in want]
    assert got == want


# 11. Two tags, time stamps

def test_two_tags_are_inserted(plain):
    plain.reconfigured("tx_vlan set 1 1234 4094")
    tags = bytes.fromhex("88a80ffe810004d2")
    frames = [eth(BCAST, size, size) for size in (60, 61, 512, 1510)]
    with plain.forwarding("mac"):
        assert plain.through(frames) == [plain.new_head(1) + tags + f[12:] for f in frames]
        assert plain.through(frames, src=1) == [plain.new_head(0) + f[12:] for f in frames]
    plain.reconfigured("tx_vlan reset 1")
    with plain.forwarding("mac"):
        assert plain.through(frames) == [plain.new_head(1) + f[12:] for f in frames]


def test_two_tags_are_stripped_and_frames_get_a_time(plain):
    frame = eth(BCAST, 90)
    service, customer = (bytes.fromhex(tag) for tag in ("88a82064", "81004005"))
    frames = [frame[:12] + tags + frame[12:]
              for tags in (service + customer, customer, service, b"")]
    plain.reconfigured("port config 0 rx_offload qinq_strip on",
                       "port config 0 rx_offload timestamp on")
    plain.pmd.cmd("set verbose 1")
    with plain.forwarding("rxonly"):
        plain.wires[0].send(frames)
        until(lambda: len(re.findall(r"ol_flags:.*\n", plain.pmd.pending())) >= 4)
        text = plain.pmd.pending()
    plain.pmd.cmd("set verbose 0")
    seen = re.split(r"\n *src=", text)[1:]
    assert [int(re.search(r"length=(\d+)", s)[1]) for s in seen] == [90] * 4
    assert "QinQ VLAN tci=0x4005, VLAN tci outer=0x2064" in seen[0], text
    for shown, tag in zip(seen[1:], ("4005", "2064")):
        assert f"VLAN tci=0x{tag}" in shown and "QinQ" not in shown, text
    assert "VLAN" not in seen[3], text
    times = [int(re.search(r"timestamp (\d+)", s)[1]) for s in seen]
    assert times == sorted(times) and times[0] > 0, times
    with plain.forwarding():
        assert plain.through(frames) == [frame] * 4
        assert plain.through(frames, src=1) == frames
    plain.reconfigured("port config 0 rx_offload qinq_strip off",
                       "port config 0 rx_offload timestamp off")
    with plain.forwarding():
        assert plain.through(frames) == frames


# Flow control, FEC, limits, queues set up while their port runs

def pause(quanta: int) -> bytes:
    """A PAUSE frame."""
    return (bytes.fromhex("0180c2000001") + bytes.fromhex(PEER.replace(":", ""))
            + b"\x88\x08\x00\x01" + quanta.to_bytes(2, "big")).ljust(60, b"\0")


def test_flow_control(plain):
    pmd = plain.pmd
    pmd.ok("set flow_ctrl rx on tx on 0 0 32768 1 mac_ctrl_frame_fwd off autoneg on 0")
    try:
        text = pmd.cmd("show port 0 flow_ctrl")
        for line in ("Rx pause: on", "Tx pause: on", "Autoneg: on", "Pause time: 0x8000"):
            assert line in text, text
        text = pmd.cmd("show port 1 flow_ctrl")
        assert "Rx pause: off" in text and "Tx pause: off" in text, text
        # What is read can be written.
        pmd.ok("set flow_ctrl rx on 0")
        assert "bad flow control parameter" in pmd.cmd("set flow_ctrl high_water 80 0")
        assert "bad flow control parameter" in pmd.cmd("set flow_ctrl autoneg off 0")
        pmd.cmd("clear port xstats all")
        # The port heeds it and hands it to nobody.
        with plain.forwarding():
            assert plain.taken([pause(0xFFFF), pause(0)]) == [False, False]
        # Nobody receives: whoever sends is told to wait, then to go on.
        plain.wires[0].send([eth(BCAST, 80, i) for i in range(200)])
        (got,) = plain.wires[0].recv(1)
        mac = bytes.fromhex(plain.macs[0].replace(":", ""))
        assert got == pause(0x8000)[:6] + mac + pause(0x8000)[12:], got.hex()
        # What is there when it starts is thrown away by testpmd.
        pmd.cmd("start")
        deadline = time.monotonic() + TIMEOUT
        while got[12:] != pause(0)[12:] and time.monotonic() < deadline:
            (got,) = plain.wires[0].recv(1)
            assert got[6:12] == mac, got.hex()
        pmd.cmd("stop")
        counts = [demo.port_xstats(pmd, port) for port in (0, 1)]
        assert [counts[0][f"rx_{kind}_packets"] for kind in ("xoff", "xon")] == [1, 1], counts[0]
        assert counts[0]["tx_xon_packets"] == 1 and counts[0]["tx_xoff_packets"] >= 1, counts[0]
        assert not any(v for k, v in counts[1].items() if "_xo" in k), counts[1]
    finally:
        pmd.ok("set flow_ctrl rx off tx off 0 0 65535 1 mac_ctrl_frame_fwd off autoneg on 0")


def test_fec(plain):
    pmd = plain.pmd
    text = pmd.cmd("show port 0 fec capabilities")
    found = {speed: set(modes.split()) for speed, modes in re.findall(r"(\d+) Gbps : (.*)", text)}
    assert found["100"] == {"off", "auto", "rs"} and found["10"] == {"off", "auto", "baser"}, text
    assert found["25"] == {"off", "auto", "rs", "baser"}, text
    for mode, shown in (("off", "off"), ("rs", "rs"), ("auto", "rs")):
        pmd.ok(f"set port 0 fec_mode {mode}")
        assert re.search(rf"\b{shown}\b", pmd.cmd("show port 0 fec_mode"))
        assert re.search(r"\brs\b", pmd.cmd("show port 1 fec_mode"))
        fec = [p["fec"] for p in plain.state()["ports"]]
        assert fec[:2] == [0 if shown == "off" else 2, 2], fec


def test_queue_rate_limit(plain):
    """A queue's frames leave at its rate, another port's do not wait."""
    mbps, frames = 8, [eth(BCAST, 1000, i) for i in range(100)]
    plain.pmd.ok(f"set port 1 queue 0 rate {mbps}")
    try:
        # All but one burst of the device, which has 16 KiB.
        least = (len(frames) * 1004 - 16384) * 8 / (mbps * 1e6)
        with plain.forwarding():
            start = time.monotonic()
            assert plain.through(frames) == frames
            taken = time.monotonic() - start
            assert least * 0.98 < taken < least * 4 + QUIET, (least, taken)
            start = time.monotonic()
            assert plain.through(frames, src=1) == frames
            assert time.monotonic() - start < least + QUIET
    finally:
        plain.pmd.ok("set port 1 queue 0 rate 0")


def test_queues_set_up_while_the_port_runs(plain):
    pmd = plain.pmd
    for size in (256, 128):
        for port, way in ((0, "rxq"), (1, "txq")):
            pmd.ok(f"port {port} {way} 0 stop")
            pmd.ok(f"port config {port} {way} 0 ring_size {size}")
            pmd.ok(f"port {port} {way} 0 setup")
            pmd.ok(f"port {port} {way} 0 start")
            text = pmd.cmd(f"show {way} info {port} 0")
            assert re.search(rf"Number of .XDs: {size}\b", text), text
        frames = [eth(BCAST, 60 + i, i) for i in range(100)]
        with plain.forwarding():
            assert plain.through(frames) == frames
            assert plain.through(frames, src=1) == frames


def test_link_speed(plain):
    """Of the port that is asked for, with traffic at each."""
    frames = [eth(BCAST, 60 + i, i) for i in range(16)]
    for speed, duplex, gbps in (("25000", "full", 25), ("auto", "auto", 100)):
        plain.reconfigured(f"port config 0 speed {speed} duplex {duplex}")
        assert f"Link speed: {gbps} Gbps" in plain.pmd.cmd("show port info 0")
        assert "Link speed: 100 Gbps" in plain.pmd.cmd("show port info 1")
        assert [p["link_gbps"] for p in plain.state()["ports"]][:2] == [gbps, 100]
        with plain.forwarding():
            assert plain.through(frames) == frames
