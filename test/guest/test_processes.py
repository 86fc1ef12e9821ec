# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Secondary processes: one testpmd polls queue 0 of both ports, a second one queue 1."""

import re
import signal

import pytest
from icemp_lib import demo, image

from pmd_cases import flows, numbers
from pmd_rig import COMMON, Rig

FRAMES = [frame for frame, _ in flows(48)]
APP = f"{COMMON} --rxq=2 --txq=2 --num-procs=2"
PORTS = (0, 1)


class Pair:
    """The rig, the primary and, while there is one, the secondary."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.primary = rig.vm.testpmd(f"-l 0,1 -a {rig.bdf} --proc-type=primary",
                                      f"{APP} --proc-id=0 --print-event=all")
        demo.wait_links(rig.vm, len(PORTS))
        self.secondary = None
        self.join()

    def join(self) -> None:
        """Start the secondary."""
        self.secondary = self.rig.vm.testpmd(
            f"-l 1,0 -a {self.rig.bdf} --proc-type=secondary", f"{APP} --proc-id=1")

    def forward(self, frames: int) -> set[bytes]:
        """All of FRAMES into port 0; what comes out of port 1, `frames` of them."""
        self.rig.wires[0].send(FRAMES)
        return self.out(frames)

    def out(self, frames: int) -> set[bytes]:
        """The next frames out of port 1, and no more."""
        got = self.rig.wires[1].recv(frames)
        assert len(got) == frames and not self.rig.wires[1].flush()
        return set(got)

    def assert_both_forward(self) -> None:
        """Every frame comes out once, through either."""
        assert self.forward(len(FRAMES)) == set(FRAMES)

    def shares(self) -> list[int]:
        """Frames each queue of port 0 has received."""
        text = self.primary.cmd("show port xstats 0")
        return [numbers(text, f"rx_q{q}_packets")[0] for q in PORTS]


@pytest.fixture(scope="module", name="pair")
def _pair():
    with Rig(ports=2) as rig:
        pair = Pair(rig)
        yield pair
        for pmd in (pair.secondary, pair.primary):
            assert pmd is None or pmd.close() == 0
        rig.clean()


def test_each_polls_its_own_queue(pair):
    """What is for the other's queue waits for the other."""
    pair.secondary.ok("start")
    pair.rig.wires[0].send(FRAMES)
    first: list[bytes] = []
    for _ in range(100):
        more = pair.rig.wires[1].recv(len(FRAMES), 0.5)
        first += more
        if first and not more:
            break
    shares = pair.shares()
    assert shares[0] == 0 and shares[1] == len(first)
    assert 0 < len(first) < len(FRAMES)
    assert set(first) < set(FRAMES)
    pair.primary.ok("start")
    assert pair.out(len(FRAMES) - len(first)) == set(FRAMES) - set(first)
    assert pair.shares() == [len(FRAMES) - len(first), len(first)]


def test_secondary_reads_what_the_primary_reads(pair):
    """Counters, link, limits; proc-info, too."""
    pair.assert_both_forward()
    for command in ("show port stats 0", "show port xstats 1", "show port info 1",
                    "show rxq info 0 1", "show port 0 rss-hash key"):
        ours, theirs = pair.primary.cmd(command), pair.secondary.cmd(command)
        assert len(ours.splitlines()) > 1
        # Rates are since the last look, the burst function is each one's own.
        differ = r"^ *[RT]x-pps.*|^Burst mode.*|^Device name.*|^Throughput.*"
        assert re.sub(differ, "", theirs, flags=re.M) == re.sub(differ, "", ours, flags=re.M)
    text = pair.rig.vm.run(
        f"dpdk-proc-info -d {image.PLUGIN_DIR}/librte_net_ice_mp.so -a {pair.rig.bdf} "
        "-- -p 0x3 --stats").output
    told = re.findall(r"statistics for port \d .*\s+RX-packets: (\d+).*\s+.*\s+TX-packets: (\d+)",
                      text)
    stats = [numbers(pair.primary.cmd(f"show port stats {p}"), "RX-packets", "TX-packets")
             for p in PORTS]
    assert [tuple(map(int, t)) for t in told] == stats and stats[0][0] > 0


def test_control_belongs_to_the_primary(pair):
    """A secondary that tries is told so, and changes nothing."""
    before = pair.primary.cmd("show port info 1")
    for command in ("set promisc 1 on", "port config mtu 1 2000",
                    "mac_addr add 1 02:00:00:00:00:77"):
        pair.secondary.cmd(command)
    assert pair.primary.cmd("show port info 1") == before
    assert pair.primary.cmd("show port 1 macs").count(":77") == 0
    pair.assert_both_forward()


def test_ports_stop_and_start_under_the_secondary(pair):
    """It stays attached, and goes on with what was started anew."""
    for _ in range(5):
        pair.secondary.ok("stop")
        pair.primary.ok("stop")
        pair.primary.ok("port stop all")
        pair.primary.ok("port start all")
        pair.primary.ok("start")
        pair.secondary.ok("start")
        demo.wait_links(pair.rig.vm, len(PORTS))
        pair.assert_both_forward()


@pytest.mark.parametrize("kind", ["pfr", "corer", "globr", "empr"])
def test_both_forward_after_a_reset(pair, kind):
    """Of the device, in the middle of the polling of both."""
    mark = pair.primary.process.mark()
    pair.rig.vm.qom_set(demo.DEVICE, "fault", f"reset {kind}")
    for port in PORTS:
        pair.primary.process.expect(rf"Port {port}: error recovery successful event", 20.0, mark)
    demo.wait_links(pair.rig.vm, len(PORTS))
    pair.assert_both_forward()


def test_a_secondary_is_killed_and_another_comes(pair):
    """The primary forwards its share, and the new one takes over the rest."""
    pair.secondary.process.kill(signal.SIGKILL)
    pair.secondary.process.wait(10.0)
    shares = pair.shares()
    pair.rig.wires[0].send(FRAMES)
    first = pair.rig.wires[1].recv(len(FRAMES), 1.0)
    assert len(first) == pair.shares()[0] - shares[0] > 0
    pair.join()
    pair.secondary.ok("start")
    assert pair.out(len(FRAMES) - len(first)) == set(FRAMES) - set(first)
    pair.assert_both_forward()


def test_a_closed_port_is_no_port_for_the_secondary(pair):
    """Its counters are refused; the other port lives."""
    pair.secondary.ok("stop")
    pair.primary.ok("stop")
    pair.primary.ok("port stop 1")
    pair.primary.ok("port close 1")
    assert "RX-packets" not in pair.secondary.cmd("show port stats 1")
    assert numbers(pair.secondary.cmd("show port stats 0"), "RX-packets")[0] > 0


def test_without_the_primary_there_is_nothing(pair):
    """A secondary of an application in which another driver has the device."""
    assert pair.secondary.close() == 0
    assert pair.primary.close() == 0
    pair.secondary = pair.primary = None
    vm = pair.rig.vm
    other = vm.testpmd(f"-l 0,1 -a {pair.rig.bdf},safe-mode-support=1", COMMON, plugin=False)
    result = vm.run(f"dpdk-proc-info -d {image.PLUGIN_DIR}/librte_net_ice_mp.so "
                    f"-a {pair.rig.bdf} -- -p 0x1 --stats", check=False)
    assert f"{pair.rig.bdf}: not attached to the primary process: its plug-in does not " \
        "answer" in result.output
    assert other.close() == 0
