# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Packets in packets, as scapy makes them."""

from scapy.contrib.geneve import GENEVE
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import GRE, Ether
from scapy.layers.vxlan import VXLAN

SRC, DST = "02:1c:e0:00:02:00", "ff:ff:ff:ff:ff:ff"


def proper(packet) -> bytes:
    """The packet's bytes with lengths and checksums as scapy computes them."""
    packet = layer = packet.copy()
    while layer:
        for name in ("chksum", "len", "plen"):
            if name in {f.name for f in layer.fields_desc}:
                layer.delfieldval(name)
        layer = layer.payload
    return bytes(packet)


def layers(packet, *classes) -> list:
    """Its layers of these classes, from the outside in."""
    found = []
    while packet:
        if isinstance(packet, classes):
            found.append(packet)
        packet = packet.payload
    return found


def falsified(packet, *which: int) -> bytes:
    """The packet's bytes with these of its checksums (from the outside in) wrong."""
    packet = Ether(proper(packet))
    sums = layers(packet, IP, UDP, TCP)
    for i in which:
        sums[i].chksum ^= 0x0101
        assert sums[i].chksum != 0
    return bytes(packet)


def all_falsified(packet) -> bytes:
    """The same with all of them."""
    return falsified(packet, *range(len(layers(packet, IP, UDP, TCP))))


def _outer(version: int, proto: int):
    return Ether(dst=DST, src=SRC) / (
        IP(src="203.0.113.1", dst="203.0.113.2", id=0xFFFE, proto=proto) if version == 4
        else IPv6(src="2001:db8:f::1", dst="2001:db8:f::2", nh=proto))


def _mac():
    return Ether(dst="02:00:00:00:00:77", src="02:00:00:00:00:78")


def _udp(version: int, head, port: int, ip):
    return _outer(version, 17) / UDP(sport=0xC123, dport=port) / head / _mac() / ip


#: Name → function of the outer IP's version and an IP packet.
TUNNELS = {
    "VXLAN": lambda v, ip: _udp(v, VXLAN(vni=77), 4789, ip),
    "GENEVE": lambda v, ip: _udp(v, GENEVE(vni=78), 6081, ip),
    "GRE": lambda v, ip: _outer(v, 47) / GRE() / ip,
    "NVGRE": lambda v, ip: _outer(v, 47) / GRE(key_present=1, key=79 << 8) / _mac() / ip,
    "IPIP": lambda v, ip: _outer(v, 4 if IP in ip else 41) / ip,
}


def known_to_testpmd(name: str, in_version: int) -> bool:
    """Its csum engine looks for IPv4 only in IP-in-IP."""
    return name != "IPIP" or in_version == 4


def inner(version: int, l4: str, size: int):
    """An IP packet of `size` bytes."""
    head = (IP(src="198.18.0.1", dst="198.19.0.2", id=0x77) if version == 4
            else IPv6(src="2001:db8::1", dst="2001:db8:1::2"))
    head /= UDP(sport=1001, dport=2002) if l4 == "udp" else \
        TCP(sport=1001, dport=2002, seq=100, ack=77, flags="PA", window=4321)
    return head / bytes(i * 7 & 0xFF for i in range(size - len(head)))


def received() -> list[tuple]:
    """(frame, packet type, flags that must be, flags that must not, default RSS input), each
    frame of another length: every tunnel right, and with each of its checksums wrong."""
    found = []
    for name, wrap in TUNNELS.items():
        for way in range(8):
            version, in_version = 4 + 2 * (way & 1), 4 + (way & 2)
            l4, l4_class = (("udp", UDP), ("tcp", TCP))[way >> 2]
            pkt = wrap(version, inner(in_version, l4, 100))
            ptype = (f"L2_ETHER L3_IPV{version}_EXT_UNKNOWN TUNNEL_"
                     f"{'IP' if name == 'IPIP' else 'GRENAT'} "
                     + ("INNER_L2_ETHER " if name not in ("GRE", "IPIP") else "")
                     + f"INNER_L3_IPV{in_version}_EXT_UNKNOWN INNER_L4_{l4.upper()}")
            udp_outside = name in ("VXLAN", "GENEVE")
            sums = layers(Ether(proper(pkt)), IP, UDP, TCP)
            outside = (version == 4) + udp_outside
            for bad in (None, *range(len(sums))):
                inside = bad is not None and bad >= outside
                bad_ip = inside and isinstance(sums[bad], IP)
                bad_l4 = inside and isinstance(sums[bad], l4_class)
                want = {"IP_CKSUM_" + ("BAD" if bad_ip else "GOOD"),
                        "L4_CKSUM_" + ("BAD" if bad_l4 else "GOOD")}
                if version == 4 and bad == 0:
                    want.add("OUTER_IP_CKSUM_BAD")
                frame = proper(pkt) if bad is None else falsified(pkt, bad)
                at, end = (26, 34) if version == 4 else (22, 54)
                data = frame[at:end] + (frame[end:end + 4] if udp_outside else b"")
                found.append((frame, ptype, want, {"OUTER_IP_CKSUM_BAD"} - want, data))
    found.sort(key=lambda case: len(case[0]))
    return [(frame + bytes(i), *rest) for i, (frame, *rest) in enumerate(found)]


def segments(packet, mss: int) -> list[bytes]:
    """What segmentation makes of TCP in a tunnel."""
    packet = Ether(proper(packet))
    data = bytes(packet[TCP].payload)
    found = []
    for at in range(0, len(data), mss):
        seg = packet.copy()
        seg[TCP].remove_payload()
        seg[TCP].add_payload(data[at:at + mss])
        seg[TCP].seq += at
        if at + mss < len(data):
            seg[TCP].flags = "A"
        for layer in layers(seg, IP):
            layer.id = (layer.id + at // mss) & 0xFFFF
        found.append(proper(seg))
    return found
