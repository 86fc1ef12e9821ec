# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The distribution's net_ice, unmodified, in the distribution's testpmd.

Safe mode first, then with a DDP package; each case also asserts that the
device's contract was kept and that neither driver nor kernel complained.
"""

import re
import signal

import pytest

from pmd_cases import (CASES, FULL, MULTI_QUEUE, SAFE, eth, flows, forwarded, link_is, restarted,
                       rss_key, seen, toeplitz)
from pmd_rig import DRIVERS, Rig, trouble

MODES = {"net_ice-safe": SAFE, "net_ice": FULL}


@pytest.fixture(scope="module", name="rig")
def _rig():
    with Rig() as rig:
        yield rig


@pytest.fixture(scope="module", name="four")
def _four():
    with Rig(4) as rig:
        yield rig


@pytest.fixture(params=MODES, name="driver")
def _driver(request):
    return request.param


@pytest.mark.parametrize("driver,case", [
    pytest.param(d, c, id=f"{d}-{c}") for d, mode in MODES.items() for c in CASES
    if mode in c.modes])
def test_case(rig, driver, case):
    assert case.run(rig, driver)


def _traffic(rig, pmd, count: int = 32, wire=None) -> None:
    pmd.cmd("start")
    frames = [eth(rig.mac(), 60 + i, i) for i in range(count)]
    if wire is None:
        forwarded(rig, frames)
    else:
        wire.send(frames)
        assert wire.recv(count) == frames
    pmd.cmd("stop")


def test_probe_says_nothing_but_what_it_must(rig, driver):
    rig.quit()
    pmd = rig.start(driver)
    # What safe mode is announced with is there, and nothing else.
    for line in DRIVERS[driver].expected:
        assert re.search(line, pmd.banner), pmd.banner
    assert not trouble(pmd.banner, DRIVERS[driver])
    rig.quit()
    rig.clean()


def test_rss_of_the_fields_asked_for(rig):
    """By profiles that the driver writes, see ddp_package.py."""
    rig.quit()
    pmd = rig.start("net_ice", MULTI_QUEUE)
    some = flows(24)
    for what in ("ip", "all"):
        pmd.cmd(f"port config all rss {what}")
        key = rss_key(pmd)
        inputs = {data[:-4] if what == "ip" else data for _, data in some}
        packets = seen(rig, pmd, [frame for frame, _ in some])
        assert {p.hash for p in packets} == {toeplitz(key, data) for data in inputs}
    assert not trouble(rig.quit(), DRIVERS["net_ice"])
    rig.clean()


def test_fifty_stops_and_starts(rig, driver):
    rig.quit()
    pmd = rig.start(driver)
    used = rig.state()["used"]
    for i in range(50):
        restarted(pmd)
        if i % 5 == 4:
            _traffic(rig, pmd)
    assert rig.state()["used"] == used
    assert not trouble(rig.quit(), DRIVERS[driver])
    rig.clean()


def test_closed_and_started_again(rig, driver):
    for _ in range(5):
        rig.quit()
        pmd = rig.start(driver, MULTI_QUEUE if driver == "net_ice" else "")
        _traffic(rig, pmd)
        pmd.ok("port stop 0")
        pmd.cmd("port close 0")
        assert not trouble(rig.quit(), DRIVERS[driver])
        used = rig.state()["used"]
        assert (used["rxqs"], used["txqs"]) == (0, 0), used
    rig.clean()


def test_killed_and_started_again(rig, driver):
    for _ in range(5):
        rig.quit()
        pmd = rig.start(driver)
        _traffic(rig, pmd)
        pmd.cmd("start")
        rig.wire.send([eth(rig.mac(), 60, i) for i in range(100)])
        victim = rig.drop()
        victim.process.kill(signal.SIGKILL)
        victim.process.wait(10)
        rig.wire.flush()
        # The kernel reset the function when its user was gone.
        used = rig.state()["used"]
        assert (used["rxqs"], used["txqs"], used["vsis"], used["rules"]) == (0, 0, 0, 0), used
    pmd = rig.session(driver)
    _traffic(rig, pmd)
    rig.quit()
    rig.clean()


def _ports(pmd) -> list[str]:
    return re.findall(r"^\d+\s+[0-9A-F:]{17}\s+(\S+)", pmd.cmd("show port summary all"), re.M)


def test_one_sane_port_of_four_and_all_four_for_ours(four):
    """A stock driver does not opt in: it sees lport 0 only. Back and forth, x10."""
    for round_no in range(10):
        stock = list(MODES)[round_no % 2]
        four.quit()
        pmd = four.start(stock)
        assert _ports(pmd) == [four.bdf]
        _traffic(four, pmd)
        assert all(w.flush() == 0 for w in four.wires[1:])
        assert not trouble(four.quit(), DRIVERS[stock])
        pmd = four.start("net_ice_mp", "--port-topology=loop")
        assert _ports(pmd) == [f"{four.bdf}_port{i}" for i in range(4)]
        pmd.ok("set promisc all on")
        for wire in four.wires:
            _traffic(four, pmd, 8, wire)
        assert not trouble(four.quit(), DRIVERS["net_ice_mp"])
    four.clean()


def _interrupts(rig) -> int:
    """How many the guest's kernel has had from the device."""
    text = rig.vm.run(f"grep -F '{rig.bdf}' /proc/interrupts").output
    return sum(int(n) for n in re.findall(r"(?<=\s)\d+(?=\s)", text))


def test_hidden_ports_stay_silent(four):
    """Links of ports a stock driver does not know of are none of its business."""
    four.quit()
    pmd = four.start("net_ice-safe")
    pmd.cmd("start")
    before = _interrupts(four)
    for lport in (1, 2, 3):
        four.link(False, lport)
        four.link(True, lport)
        four.wires[lport].send([eth(four.mac(), 60, i) for i in range(10)])
    assert "Link status: up" in pmd.cmd("show port info 0")
    assert "link state change" not in pmd.process.output()
    forwarded(four, [eth(four.mac(), 60, i) for i in range(10)])
    # Not even an interrupt; of its own link it has one each time.
    assert _interrupts(four) == before
    for up in (False, True):
        four.link(up)
        pmd.wait("link state change event", 10)
        assert link_is(pmd, up)
    assert _interrupts(four) > before
    pmd.cmd("stop")
    four.quit()
    four.clean()
