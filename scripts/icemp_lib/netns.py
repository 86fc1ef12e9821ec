# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Taps in network namespaces of their own, one per port.

    with Taps(8) as taps:
        with VM([device], taps.netdevs(), pass_fds=taps.fds()) as vm: …
            print(taps.ping(0, count=5))

Names are unique per run (process id and a random part). Namespaces vanish at
the end of the block in every case; needs root, or sudo without a password.
"""

import fcntl
import os
import re
import secrets
import select
import socket
import struct
import subprocess
import time

_TUNSETIFF = 0x400454CA
_IFF_TAP = 0x0002
_IFF_NO_PI = 0x1000
_PACKET_OUTGOING = 4
_ETH_P_ALL = 3
_SOL_PACKET, _PACKET_AUXDATA = 263, 8
_TP_STATUS_VLAN_VALID = 1 << 4
#: Make a socket where this runs and hand it over through standard input.
_GIVE_SOCKET = '''
import socket, sys
made = socket.socket(*map(int, sys.argv[1:]))
socket.send_fds(socket.socket(fileno=0), [b"x"], [made.fileno()])
'''


class NetnsError(Exception):
    """A namespace or tap cannot be made; the text says why."""


def as_root(*argv: str) -> list[str]:
    """The command line that runs a program as root."""
    return list(argv) if os.geteuid() == 0 else ["sudo", "-n", *argv]


def _root(*argv: str, timeout: float = 20.0, check: bool = True) -> subprocess.CompletedProcess:
    """Run a program as root."""
    try:
        done = subprocess.run(as_root(*argv), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired) as err:
        raise NetnsError(f"{' '.join(argv)}: {err}") from err
    if check and done.returncode != 0:
        raise NetnsError(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
    return done


def host_address(lport: int) -> str:
    """The tap's address; each port has a network of its own."""
    return f"198.18.{lport}.1"


def vf_address(lport: int, vf: int) -> str:
    """A VF's address in the network of its port; two of a port differ by no 240."""
    return f"198.18.{lport}.{10 + vf % 240}"


def guest_address(lport: int) -> str:
    """An address behind the port (testpmd's icmpecho answers for any)."""
    return f"198.18.{lport}.2"


class Taps:
    """One tap and one namespace per port."""

    def __init__(self, ports: int, mtu: int = 1500) -> None:
        self.ports = ports
        self._mtu = mtu
        tag = f"{os.getpid():x}{secrets.token_hex(2)}"
        self._ns = [f"icemp-{tag}-{i}" for i in range(ports)]
        # Interface names have 15 characters at most.
        self._if = [f"ic{tag}p{i}"[:15] for i in range(ports)]
        self._fds: list[int] = []
        self._made: list[str] = []

    def __enter__(self) -> "Taps":
        try:
            for i in range(self.ports):
                self._make(i)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *exc) -> None:
        self.close()

    def _make(self, i: int) -> None:
        ns, name = self._ns[i], self._if[i]
        self._made.append(ns)
        _root("ip", "netns", "add", ns)
        if os.geteuid() != 0:
            _root("ip", "tuntap", "add", "dev", name, "mode", "tap", "user", str(os.getuid()))
        try:
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
            self._fds.append(fd)
            fcntl.ioctl(fd, _TUNSETIFF, struct.pack("16sH22x", name.encode(),
                                                    _IFF_TAP | _IFF_NO_PI))
        except OSError as err:
            raise NetnsError(f"no tap {name}: {err}") from err
        # The descriptor stays with the interface when that moves.
        _root("ip", "link", "set", name, "netns", ns)
        self.ip(i, "link", "set", "lo", "up")
        # No router solicitations and the like, nor is a peer asked now and then whether it
        # is still there: only what a test sends.
        _root("ip", "netns", "exec", ns, "sysctl", "-qw",
              f"net.ipv6.conf.{name}.disable_ipv6=1",
              f"net.ipv4.neigh.{name}.delay_first_probe_time=3600", check=False)
        self.ip(i, "link", "set", name, "mtu", str(self._mtu), "up")
        self.ip(i, "addr", "add", f"{host_address(i)}/24", "dev", name)

    def namespace(self, lport: int) -> str:
        """Name of a port's namespace."""
        return self._ns[lport]

    def interface(self, lport: int) -> str:
        """Name of its tap in there."""
        return self._if[lport]

    def mac(self, lport: int) -> str:
        """Address of a port's tap."""
        text = self.ip(lport, "-br", "link", "show", "dev", self._if[lport])
        return re.search(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", text)[0]

    def ip(self, lport: int, *args: str) -> str:
        """Run ip in a port's namespace."""
        return _root("ip", "-n", self._ns[lport], *args).stdout

    def socket(self, lport: int, family: int, kind: int, proto: int = 0) -> socket.socket:
        """A socket of a port's namespace; the caller closes it."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            argv = as_root("ip", "netns", "exec", self._ns[lport], "/usr/bin/python3", "-c",
                           _GIVE_SOCKET, str(int(family)), str(int(kind)), str(proto))
            done = subprocess.run(argv, stdin=theirs, capture_output=True, text=True,
                                  timeout=20, check=False)
            if done.returncode != 0:
                raise NetnsError(f"no socket in {self._ns[lport]}: {done.stderr.strip()}")
            _, fds, _, _ = socket.recv_fds(ours, 1, 1)
        return socket.socket(fileno=fds[0])

    def wire(self, lport: int) -> "TapWire":
        """Whole frames through a port's tap, beside the kernel."""
        sock = self.socket(lport, socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        return TapWire(sock, self._if[lport])

    def ids(self) -> list[str]:
        """The netdevs' ids, by lport."""
        return [f"net{i}" for i in range(self.ports)]

    def netdevs(self) -> list[str]:
        """QEMU's -netdev arguments; fds() must be inherited."""
        return [f"tap,id=net{i},fd={fd}" for i, fd in enumerate(self._fds)]

    def fds(self) -> list[int]:
        """Descriptors QEMU needs."""
        return list(self._fds)

    def opened(self) -> None:
        """QEMU has its descriptors: close ours."""
        for fd in self._fds:
            os.close(fd)
        self._fds = []

    def ping(self, lport: int, count: int = 5, interval: float = 0.2, size: int = 56,
             wait: float = 5, address: str = "") -> dict:
        """The host's ping from a port's namespace: {"lport", "sent", "received"}.

        interval: seconds between pings; wait: for the answer of each.
        address: another one than guest_address().
        """
        # A program for each: one that has had some answers waits for the others no
        # longer than it took those.
        echo = f"ping -n -c 1 -W {wait} -s {size} {address or guest_address(lport)}"
        done = _root("ip", "netns", "exec", self._ns[lport], "sh", "-c",
                     f"for i in $(seq {count}); do {echo} & sleep {interval}; done; wait",
                     timeout=count * (interval + 1) + wait + 20, check=False)
        found = re.findall(r"(\d+) packets transmitted, (\d+) received", done.stdout)
        if len(found) != count:
            raise NetnsError(f"ping on port {lport}: {done.stdout}{done.stderr}")
        # A reply that came twice or with other data is not an answer.
        bad = len(re.findall(r"DUP!|wrong data", done.stdout))
        sent, received = (sum(map(int, column)) for column in zip(*found))
        return {"lport": lport, "sent": sent, "received": max(0, received - bad)}

    def close(self) -> None:
        """Remove namespaces and taps. Can be called twice."""
        self.opened()
        made, self._made = self._made, []
        for i, ns in enumerate(made):
            try:
                _root("ip", "netns", "del", ns, check=False)
                # One that never reached its namespace.
                if os.geteuid() != 0:
                    _root("ip", "link", "del", self._if[i], check=False)
            except NetnsError:
                pass


class TapWire:
    """Frames into and out of a tap, as the device sees them."""

    def __init__(self, sock: socket.socket, interface: str) -> None:
        self._sock = sock
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        sock.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
        sock.bind((interface, 0))

    def __enter__(self) -> "TapWire":
        return self

    def __exit__(self, *exc) -> None:
        self._sock.close()

    def send(self, *frames: bytes) -> None:
        """Send all of them."""
        for frame in frames:
            self._sock.send(frame)

    def recv(self, wanted, count: int, timeout: float = 5.0) -> list[bytes]:
        """The next `count` frames from the device of which wanted(frame); fewer
        when time is over."""
        got: list[bytes] = []
        deadline = time.monotonic() + timeout
        while len(got) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._sock], [], [], left)[0]:
                break
            frame, control, _, addr = self._sock.recvmsg(1 << 16, 256)
            # The host's kernel takes the outermost tag off.
            for _, _, data in control:
                status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", data)
                if status & _TP_STATUS_VLAN_VALID:
                    frame = frame[:12] + struct.pack(">HH", tpid, tci) + frame[12:]
            if addr[2] != _PACKET_OUTGOING and wanted(frame):
                got.append(frame)
        return got

    def flush(self) -> None:
        """Forget what has come."""
        while select.select([self._sock], [], [], 0)[0]:
            self._sock.recv(1 << 16)
