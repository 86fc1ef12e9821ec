# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The distribution's Linux ice driver, unmodified, with a DDP package.

What safe mode has not: queues and their interrupts, RSS, offloads. Every check
reads the driver's own account or the bytes on the wire.
"""

import contextlib
import hashlib
import os
import re
import socket
import struct
import threading
import time

import pytest
from icemp_lib import netns
from icemp_lib.ddp_package import NAME, VERSION, package
from pmd_cases import BCAST, OTHER, eth, flows, toeplitz
from stock_linux import Stock

CPUS = 4
MIB = 1 << 20
PORT = 7777
#: What `ethtool -K` calls the offloads under test.
OFFLOADS = ("rx", "tx", "sg", "tso", "gso", "gro", "rxvlan", "txvlan", "rxhash")


@pytest.fixture(scope="module")
def stock():
    with Stock(smp=CPUS, package=package()) as s:
        s.run("modprobe 8021q")
        yield s


@pytest.fixture
def wire(stock):
    """Frames at the host's end."""
    with stock.taps.wire(0) as w:
        yield w


def mac_of(stock, dev) -> str:
    return stock.run(f"cat /sys/class/net/{dev}/address").strip()


def offload(stock, dev, on: bool, *names: str) -> None:
    """ethtool -K; the kernel must report what was asked for."""
    state = "on" if on else "off"
    stock.run(f"ethtool -K {dev} " + " ".join(f"{n} {state}" for n in names))


def features(stock, dev) -> dict[str, bool]:
    return {m[1]: m[2] == "on" for m in
            re.finditer(r"^\s*([\w-]+): (on|off)", stock.run(f"ethtool -k {dev}"), re.M)}


def queues_of(stock, dev) -> int:
    return int(re.search(r"^Combined:\s+(\d+)$",
                         stock.run(f"ethtool -l {dev}").split("Current")[1], re.M)[1])


def interrupts(stock, dev) -> dict[int, int]:
    """How often each queue's vector fired, by queue."""
    return {int(m[2]): sum(map(int, m[1].split())) for m in
            re.finditer(rf"^\s*\d+:((?:\s+\d+)+)\s.*ice-{dev}-TxRx-(\d+)$",
                        stock.run("cat /proc/interrupts"), re.M)}


class Rss:
    """The tables as ethtool -x shows them."""

    def __init__(self, stock, dev) -> None:
        text = stock.run(f"ethtool -x {dev}")
        table, key = text.split("RSS hash key:")
        self.lut = [int(q) for row in re.findall(r"^\s*\d+:((?:\s+\d+)+)$", table, re.M)
                    for q in row.split()]
        self.key = bytes(int(b, 16) for b in key.split()[0].split(":"))

    def queue(self, data: bytes) -> int:
        """Where a flow with this RSS input goes."""
        return self.lut[toeplitz(self.key, data) % len(self.lut)]

    def spread(self, some: list[tuple[bytes, bytes]]) -> dict[int, int]:
        """How many of these (frame, RSS input) each queue gets."""
        want = {q: 0 for q in range(CPUS)}
        for _, data in some:
            want[self.queue(data)] += 1
        return want


def queue_packets(stock, dev) -> dict[int, int]:
    return {int(m[1]): n for k, n in stock.ethtool_stats(dev).items()
            if (m := re.fullmatch(r"rx_queue_(\d+)_packets", k))}


def arrived(stock, dev, wire, frames: list[bytes]) -> dict[int, int]:
    """Frames per queue that come of sending these; the tap's other traffic is
    none while a test runs."""
    before = queue_packets(stock, dev)
    wire.send(*frames)
    end = time.monotonic() + 10
    while True:
        now = queue_packets(stock, dev)
        got = {q: now[q] - before[q] for q in now}
        if sum(got.values()) >= len(frames) or time.monotonic() > end:
            return got
        time.sleep(0.05)


def test_leaves_safe_mode(stock, dev):
    log = stock.run("dmesg")
    version = ".".join(map(str, VERSION))
    assert f"successfully loaded: {NAME.decode()} version {version}" in log, log
    assert "Safe Mode" not in log
    assert "252.048 Gb/s available PCIe bandwidth (16.0 GT/s PCIe x16 link)" in log
    have = features(stock, dev)
    for name in ("rx-checksumming", "tx-checksum-ipv4", "tcp-segmentation-offload",
                 "rx-vlan-offload", "receive-hashing", "ntuple-filters"):
        assert have[name], name


def test_a_queue_and_a_vector_per_cpu(stock, dev):
    assert queues_of(stock, dev) == CPUS
    assert sorted(interrupts(stock, dev)) == list(range(CPUS))


@pytest.mark.parametrize("count", [1, 3, CPUS])
def test_queue_count(stock, dev, wire, count):
    stock.run(f"ethtool -L {dev} combined {count}")
    stock.wait_carrier(dev, True)
    assert queues_of(stock, dev) == count
    assert sorted(interrupts(stock, dev)) == list(range(count))
    got = arrived(stock, dev, wire, [f for f, _ in flows(60)])
    assert {q for q, n in got.items() if n} == set(range(count)), got
    stock.ping()


def test_rss_puts_each_flow_where_its_hash_says(stock, dev, wire):
    rss = Rss(stock, dev)
    some = flows(120)
    want = rss.spread(some)
    assert all(n > 10 for n in want.values()), want
    assert arrived(stock, dev, wire, [f for f, _ in some]) == want


def test_each_queue_has_its_own_interrupt(stock, dev, wire):
    rss = Rss(stock, dev)
    flow = {rss.queue(data): frame for frame, data in flows(60)}
    for queue in range(CPUS):
        before = interrupts(stock, dev)
        assert arrived(stock, dev, wire, [flow[queue]] * 16)[queue] == 16
        after = interrupts(stock, dev)
        assert after[queue] > before[queue], (queue, before, after)


def test_rss_table_and_key(stock, dev, wire):
    """What ethtool -X writes is what the device goes by."""
    key = bytes(range(1, 53))
    stock.run(f"ethtool -X {dev} hkey {key.hex(':')} weight 0 1 0 3")
    try:
        rss = Rss(stock, dev)
        assert rss.key == key
        assert set(rss.lut) == {1, 3}
        some = flows(100)
        assert arrived(stock, dev, wire, [f for f, _ in some]) == rss.spread(some)
    finally:
        stock.run(f"ethtool -X {dev} default")
    assert set(Rss(stock, dev).lut) == set(range(CPUS))


def test_rss_fields(stock, dev, wire):
    """Which fields are hashed is the driver's to say: it writes profiles."""
    rss = Rss(stock, dev)
    head = bytes.fromhex("ffffffffffff 02aa00000001 0800")
    udp = []
    for i in range(40):
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 48, i, 0, 64, 17, 0,
                         bytes([198, 18, 0, 1]), bytes([198, 19, 0, 2]))
        udp.append(head + ip + struct.pack(">HHHH", 5000 + i, 9, 28, 0) + bytes(20))
    addresses = udp[0][26:34]
    stock.run(f"ethtool -N {dev} rx-flow-hash udp4 sd")
    try:
        want = {q: 40 if q == rss.queue(addresses) else 0 for q in range(CPUS)}
        assert arrived(stock, dev, wire, udp) == want
        # TCP goes by its ports as before.
        tcp = [f[:23] + b"\x06" + f[24:] for f in udp]
        assert len([q for q, n in arrived(stock, dev, wire, tcp).items() if n]) > 1
    finally:
        stock.run(f"ethtool -N {dev} rx-flow-hash udp4 sdfn")
    want = rss.spread([(f, addresses + f[34:38]) for f in udp])
    assert arrived(stock, dev, wire, udp) == want


# Bytes

@contextlib.contextmanager
def progress():
    """Nobody waits for ever: a transfer that stands still has failed."""
    try:
        yield
    except TimeoutError:
        raise AssertionError("the transfer has stalled") from None


def echo(stock, size: int) -> None:
    """`size` bytes to the guest and back over TCP; what comes back is the same."""
    server = stock.vm.spawn(f"nc -l -p {PORT} -e cat")
    block = os.urandom(MIB)
    sent, got = hashlib.sha256(), hashlib.sha256()
    end = time.monotonic() + 10
    while True:
        sock = stock.taps.socket(0, socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.settimeout(60)
            sock.connect((netns.guest_address(0), PORT))
            break
        except ConnectionRefusedError:
            sock.close()
            assert time.monotonic() < end, server.output(0)
            time.sleep(0.05)

    def feed() -> None:
        for i in range(size // MIB):
            data = i.to_bytes(4, "big") + block[4:]
            sent.update(data)
            sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)

    with sock, progress():
        thread = threading.Thread(target=feed, daemon=True)
        thread.start()
        total = 0
        while data := sock.recv(MIB):
            total += len(data)
            got.update(data)
        thread.join(60)
    assert total == size
    assert got.digest() == sent.digest()
    server.wait(10)


def test_transfer_with_offloads(stock, dev):
    offload(stock, dev, True, *OFFLOADS)
    before = stock.ethtool_stats(dev)
    echo(stock, 64 * MIB)
    after = stock.ethtool_stats(dev)
    assert after["tx_bytes.nic"] - before["tx_bytes.nic"] > 64 * MIB
    assert after["rx_csum_bad.nic"] == before["rx_csum_bad.nic"]


def test_transfer_without_offloads(stock, dev):
    offload(stock, dev, False, *OFFLOADS)
    stock.run(f"ip link set {dev} mtu 9000")
    stock.wait_carrier(dev, True)
    try:
        echo(stock, 64 * MIB)
    finally:
        stock.run(f"ip link set {dev} mtu 1500")
        stock.wait_carrier(dev, True)
        offload(stock, dev, True, *OFFLOADS)


# The wire

def ipv4(proto: int, payload: bytes, src: str = "198.18.0.1", dst: str = "198.18.0.2") -> bytes:
    """An IPv4 packet, its header's checksum right."""
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, proto, 0,
                       socket.inet_aton(src), socket.inet_aton(dst))
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload


def checksum(data: bytes) -> int:
    """The internet's."""
    words = struct.unpack(f">{len(data) // 2}H", data) if len(data) % 2 == 0 else \
        struct.unpack(f">{len(data) // 2 + 1}H", data + b"\0")
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo(ip: bytes) -> bytes:
    """The pseudo header of an IPv4 packet without options."""
    return ip[12:20] + struct.pack(">BBH", 0, ip[9], len(ip) - 20)


def received(stock, dev, wire, frame: bytes, marker: bytes) -> bool:
    """Whether the driver gets a frame; the marker behind it always arrives."""
    before = sum(queue_packets(stock, dev).values())
    wire.send(frame, marker)
    end = time.monotonic() + 5
    while (n := sum(queue_packets(stock, dev).values()) - before) < 1:
        assert time.monotonic() < end, "the marker does not arrive"
        time.sleep(0.02)
    return n == 2


@pytest.fixture
def one_queue(stock, dev):
    """One queue: what is sent first is decided first."""
    stock.run(f"ethtool -L {dev} combined 1")
    stock.wait_carrier(dev, True)
    yield
    stock.run(f"ethtool -L {dev} combined {CPUS}")
    stock.wait_carrier(dev, True)


def test_promiscuous(stock, dev, wire, one_queue):
    foreign, marker = eth(OTHER), eth(BCAST)
    assert not received(stock, dev, wire, foreign, marker)
    for _ in range(2):
        stock.run(f"ip link set {dev} promisc on")
        assert received(stock, dev, wire, foreign, marker)
        stock.run(f"ip link set {dev} promisc off")
        assert not received(stock, dev, wire, foreign, marker)


def test_multicast(stock, dev, wire, one_queue):
    group, other, marker = "01:00:5e:00:00:55", "01:00:5e:00:00:56", eth(BCAST)
    assert not received(stock, dev, wire, eth(group), marker)
    stock.run(f"/usr/bin/ip maddr add {group} dev {dev}")
    assert received(stock, dev, wire, eth(group), marker)
    assert not received(stock, dev, wire, eth(other), marker)
    stock.run(f"/usr/bin/ip maddr del {group} dev {dev}")
    assert not received(stock, dev, wire, eth(group), marker)
    stock.run(f"/usr/bin/ip link set {dev} allmulticast on")
    assert received(stock, dev, wire, eth(other), marker)
    assert not received(stock, dev, wire, eth(OTHER), marker)
    stock.run(f"/usr/bin/ip link set {dev} allmulticast off")
    assert not received(stock, dev, wire, eth(other), marker)


def test_mtu(stock, dev, wire, one_queue):
    big, marker = eth(BCAST, 9014), eth(BCAST)
    assert not received(stock, dev, wire, big, marker)
    # This would fit the buffers of one frame.
    assert not received(stock, dev, wire, eth(BCAST, 2000), marker)
    stock.run(f"ip link set {dev} mtu 9000")
    stock.wait_carrier(dev, True)
    assert received(stock, dev, wire, big, marker)
    stock.ping(size=8972)
    stock.run(f"ip link set {dev} mtu 1500")
    stock.wait_carrier(dev, True)
    stock.ping(size=1472)


def tagged(frame: bytes, vlan: int) -> bytes:
    return frame[:12] + struct.pack(">HH", 0x8100, vlan) + frame[12:]


VLAN = 42


@pytest.fixture
def vlan(stock, dev):
    """A VLAN interface with an address, and the peer's in its table."""
    stock.run(f"ip link add link {dev} name v42 type vlan id {VLAN} && "
              "ip addr add 198.18.42.2/24 dev v42 && ip link set v42 up && "
              "/usr/bin/ip neigh replace 198.18.42.1 lladdr 02:00:00:00:00:42 dev v42")
    yield "v42"
    stock.run("ip link del v42")


def answer(stock, dev, wire, vlan: int) -> int | None:
    """The tag with which an echo to the VLAN interface is answered; 0: without."""
    icmp = struct.pack(">BBHHH", 8, 0, 0, 7, vlan) + b"tagged" * 9
    icmp = icmp[:2] + struct.pack(">H", checksum(icmp)) + icmp[4:]
    frame = (bytes.fromhex(mac_of(stock, dev).replace(":", "")) + bytes.fromhex("020000000042")
             + b"\x08\x00" + ipv4(1, icmp, "198.18.42.1", "198.18.42.2"))
    wire.flush()
    wire.send(tagged(frame, vlan))
    got = wire.recv(lambda f: b"tagged" * 9 in f, 1, 3 if vlan == VLAN else 0.5)
    if not got:
        return None
    reply = got[0]
    if reply[12:14] != b"\x81\x00":
        return 0
    # Once, and behind it the echo's answer.
    assert reply[16:18] == b"\x08\x00" and reply[38] == 0, reply.hex()
    return struct.unpack(">H", reply[14:16])[0] & 0xFFF


@pytest.mark.parametrize("rx", [True, False], ids=["strip", "keep"])
@pytest.mark.parametrize("tx", [True, False], ids=["insert", "software"])
def test_vlan_offload(stock, dev, wire, vlan, rx, tx):
    offload(stock, dev, rx, "rxvlan")
    offload(stock, dev, tx, "txvlan")
    try:
        have = features(stock, dev)
        assert (have["rx-vlan-offload"], have["tx-vlan-offload"]) == (rx, tx)
        assert answer(stock, dev, wire, VLAN) == VLAN
        assert answer(stock, dev, wire, VLAN + 1) is None
    finally:
        offload(stock, dev, True, "rxvlan", "txvlan")


def test_vlan_filter(stock, dev, wire, one_queue, vlan):
    stranger, friend, marker = (tagged(eth(BCAST), VLAN + 1), tagged(eth(BCAST), VLAN),
                                eth(BCAST))
    assert received(stock, dev, wire, friend, marker)
    assert not received(stock, dev, wire, stranger, marker)
    offload(stock, dev, False, "rx-vlan-filter")
    assert received(stock, dev, wire, stranger, marker)
    offload(stock, dev, True, "rx-vlan-filter")
    assert received(stock, dev, wire, friend, marker)
    assert not received(stock, dev, wire, stranger, marker)


def udp_in_error(stock) -> int:
    """Datagrams whose checksum the kernel found wrong by itself."""
    names, values = [line.split() for line in stock.run("grep ^Udp: /proc/net/snmp").splitlines()]
    return int(values[names.index("InCsumErrors")])


def test_rx_checksum(stock, dev, wire, one_queue):
    """The device marks what is wrong; without the offload the kernel finds out."""
    mac = bytes.fromhex(mac_of(stock, dev).replace(":", ""))
    head = mac + bytes.fromhex("020000000042") + b"\x08\x00"
    bad = head + ipv4(17, struct.pack(">HHHH", 9, 9, 40, 0x1234) + bytes(32))
    bad_ip = bytearray(head + ipv4(17, struct.pack(">HHHH", 9, 9, 40, 0) + bytes(32)))
    bad_ip[24] ^= 1
    marker = eth(BCAST)
    for on, frame, marked in ((True, bad, 1), (True, bytes(bad_ip), 1), (False, bad, 0),
                              (True, marker, 0)):
        offload(stock, dev, on, "rx")
        before = stock.ethtool_stats(dev)["rx_csum_bad.nic"]
        errors = udp_in_error(stock)
        assert received(stock, dev, wire, frame, marker)
        assert stock.ethtool_stats(dev)["rx_csum_bad.nic"] - before == marked
        assert udp_in_error(stock) - errors == (1 if frame == bad else 0)


def talk(stock, wire, size: int) -> list[bytes]:
    """The TCP segments with which the guest sends `size` bytes."""
    wire.flush()
    with stock.taps.socket(0, socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((netns.host_address(0), PORT))
        listener.listen(1)
        client = stock.vm.spawn(f"yes tso | head -c {size} | nc {netns.host_address(0)} {PORT}")
        listener.settimeout(10)
        peer, _ = listener.accept()
        with peer, progress():
            peer.settimeout(10)
            data = b""
            while part := peer.recv(MIB):
                data += part
    client.wait(10)
    assert data == (b"tso\n" * size)[:size]
    port = struct.pack(">H", PORT)
    return wire.recv(lambda f: f[12:14] == b"\x08\x00" and f[23] == 6 and f[36:38] == port,
                     size, 0.2)


@pytest.mark.parametrize("csum,tso", [(True, True), (True, False), (False, False)],
                         ids=["tso", "checksum", "neither"])
def test_tx_checksum_and_tso(stock, dev, wire, csum, tso):
    """Whoever cuts and sums: each segment fits and both its sums are right."""
    size = 200_000
    offload(stock, dev, csum, "tx")
    offload(stock, dev, tso, "tso")
    offload(stock, dev, tso, "gso")
    try:
        have = features(stock, dev)
        assert (have["tx-checksum-ipv4"], have["tcp-segmentation-offload"]) == (csum, tso)
        before = stock.state()
        frames = talk(stock, wire, size)
        after = stock.state()
    finally:
        offload(stock, dev, True, "tx", "tso", "gso")
    # A guest that had to wait for its CPU sends some of it again.
    payload = set()
    for frame in frames:
        ip = frame[14 : 14 + struct.unpack(">H", frame[16:18])[0]]
        assert len(frame) <= 1514
        assert checksum(ip[:20]) == 0
        assert checksum(pseudo(ip) + ip[20:]) == 0
        seq = struct.unpack(">I", ip[24:28])[0]
        payload.update((seq + i) % (1 << 32) for i in range(len(ip) - 20 - 4 * (ip[32] >> 4)))
    assert len(payload) == size
    assert after["ports"][0]["tx"]["bytes"] > before["ports"][0]["tx"]["bytes"] + size


@pytest.mark.parametrize("on", [True, False], ids=["device", "kernel"])
def test_udp_segmentation(stock, dev, wire, on):
    """One datagram to the driver, several on the wire."""
    segment, count = 1400, 7
    offload(stock, dev, on, "tx-udp-segmentation")
    try:
        stock.ping(count=1)
        wire.flush()
        stock.run(f"udp_gso {netns.host_address(0)} {PORT} {segment} {count}")
        frames = wire.recv(lambda f: f[12:14] == b"\x08\x00" and f[23] == 17, count)
    finally:
        offload(stock, dev, True, "tx-udp-segmentation")
    data = b""
    for frame in frames:
        ip = frame[14:]
        assert struct.unpack(">H", ip[2:4])[0] == len(ip) == 28 + segment
        assert struct.unpack(">H", ip[24:26])[0] == 8 + segment
        assert checksum(ip[:20]) == 0
        assert checksum(pseudo(ip) + ip[20:]) == 0
        data += ip[28:]
    assert data == bytes(i % 251 for i in range(segment * count))


# Life

def test_loaded_again_finds_its_package(stock, dev, wire):
    stock.run("dmesg -c > /dev/null; rmmod ice && modprobe ice")
    name = stock.netdev()
    stock.up(name)
    assert "DDP package already present on device" in stock.run("dmesg")
    assert queues_of(stock, name) == CPUS
    got = arrived(stock, name, wire, [f for f, _ in flows(60)])
    assert all(got.values()), got


@pytest.mark.parametrize("kind", ["corer", "globr"])
def test_reset_of_the_device(stock, dev, wire, kind):
    """Package, queues, RSS and a user's settings are as before."""
    key = bytes(range(52, 0, -1))
    stock.run(f"ethtool -X {dev} hkey {key.hex(':')}; ethtool -K {dev} rxvlan off")
    stock.run("dmesg -c > /dev/null")
    stock.reset(kind)
    end = time.monotonic() + 20
    while "type ICE_VSI_CTRL" not in stock.run("dmesg"):
        assert time.monotonic() < end, stock.run("dmesg")
        time.sleep(0.1)
    stock.up(dev)
    rss = Rss(stock, dev)
    assert rss.key == key
    some = flows(80)
    assert arrived(stock, dev, wire, [f for f, _ in some]) == rss.spread(some)
    stock.ping()
    offload(stock, dev, True, "rxvlan")


def test_self_test(stock, dev):
    """The driver's own: registers, EEPROM, interrupt, link, loopback."""
    for _ in range(5):
        text = stock.vm.run(f"ethtool -t {dev} offline", 60, check=False).output
        # It gives an interrupt a millisecond, which a busy host's guest may not have.
        if "test result is PASS" in text:
            break
    results = dict(re.findall(r"^(.+?)\s+(\d+)$", text, re.M))
    assert len(results) == 5 and set(results.values()) == {"0"}, text
    stock.up(dev)
    stock.ping()
