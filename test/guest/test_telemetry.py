# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""What the plug-in says of itself through DPDK's telemetry, beside what the device knows."""

import re

import pytest
from conftest import LSC, PORTS, TIMEOUT
from icemp_lib import demo

ALL = range(PORTS)
#: Sources of events, as telemetry calls them.
SOURCES = ("oicr", "arq", "doorbell", "mailbox", "status")
#: Kind of an injected event → its name in telemetry, a barrier that is not it.
KINDS = {"link": ("link", "reset"), "reset": ("reset", "vf"), "vf": ("vf_mbx", "reset")}
#: What each barrier adds to each port.
BARRIER = {"reset": "reset", "vf": "vf_mbx"}
AQ_LINK = "0x0607"
AQ_OK = {"errors": 0, "enosys": 0, "timeouts": 0, "bad_replies": 0, "restarts": 0,
         "bad_events": 0}


@pytest.fixture(scope="module")
def pf(bed):
    """testpmd forwards on all ports, with telemetry."""
    bed.launch("--telemetry")
    bed.pmd.ok("start")
    yield bed
    assert bed.pmd.close() == 0
    assert bed.vm.qom_get(demo.DEVICE, "violations") == 0, bed.state()["violations"]


def _pf(bed) -> dict:
    return bed.vm.telemetry(f"/ice_mp/pf,{bed.bdf}")


def _events(bed) -> dict[str, int]:
    """Counters by "part.name", without how often the engine looked."""
    told = bed.vm.telemetry(f"/ice_mp/events,{bed.bdf}")
    return {f"{part}.{name}": n for part, names in told.items() if isinstance(names, dict)
            for name, n in names.items()}


def _added(before: dict[str, int], now: dict[str, int], barrier: str) -> dict[str, int]:
    """What is more now, the barrier taken off."""
    added = {name: n - before[name] for name, n in now.items()}
    added["doorbell.received"] -= 1
    added["doorbell.dispatched"] -= 1
    for i in ALL:
        added[f"lport{i}.{BARRIER[barrier]}"] -= 1
    return {name: n for name, n in added.items() if n}


def _assert_balanced(events: dict[str, int]) -> None:
    for src in SOURCES:
        fate = sum(n for name, n in events.items()
                   if name.startswith(src + ".") and name != f"{src}.received")
        assert events[f"{src}.received"] == fate, (src, events)


# Resources

def test_devices_are_listed_and_unknown_ones_are_not_told_of(pf):
    assert pf.vm.telemetry("/ice_mp/pf") == [pf.bdf]
    assert pf.vm.telemetry("/ice_mp/events") == [pf.bdf]
    for command in ("pf", "events"):
        for name in ("0000:ff:1f.7", pf.bdf[:-1], pf.bdf + "0"):
            assert pf.vm.telemetry(f"/ice_mp/{command},{name}") is None


def test_ports_share_nothing(pf):
    """Queues, vectors and VSIs of the ports are disjoint; vector 0 is the PF's."""
    told = _pf(pf)
    assert (told["hw_ports"], told["ports"], told["present"]) == (PORTS, PORTS, 1)
    assert told["bus"] == "pci"
    queues: set[int] = set()
    vectors = {0}
    for i in ALL:
        port = told[f"lport{i}"]
        assert port["ethdev"] == f"{pf.bdf}_port{i}"
        assert port["port_id"] == pf.port_id[i]
        own = set(range(port["first_queue"], port["first_queue"] + port["queues"]))
        assert own and not own & queues
        queues |= own
        own = set(range(port["first_vector"], port["first_vector"] + port["vectors"]))
        assert own and not own & vectors
        vectors |= own
    assert max(vectors) < told["vectors"]
    vsis = [told[f"lport{i}"]["vsi"] for i in ALL]
    assert len(set(vsis)) == PORTS == pf.state()["used"]["vsis"]


def test_firmware_version_is_the_ethdevs(pf):
    text = pf.pmd.cmd(f"show port info {pf.port_id[2]}")
    assert re.search(r"Firmware-version: (.*\S)", text)[1] == _pf(pf)["firmware"]


@pytest.mark.parametrize("lport", ALL)
def test_started_and_link_are_of_the_port(pf, lport):
    def seen(key):
        told = _pf(pf)
        return [told[f"lport{i}"][key] for i in ALL]
    off = [int(i != lport) for i in ALL]
    assert seen("started") == seen("link_up") == [1] * PORTS
    pf.pmd.ok("stop")
    pf.pmd.ok(f"port stop {pf.port_id[lport]}")
    assert seen("started") == off
    pf.pmd.ok(f"port start {pf.port_id[lport]}")
    pf.pmd.ok("start")
    assert seen("started") == [1] * PORTS
    pf.settled(pf.mark())
    for up, want in ((False, off), (True, [1] * PORTS)):
        mark = pf.mark()
        pf.set_link(lport, up)
        pf.wait_event(mark, (lport, LSC))
        pf.settled(mark)
        assert seen("link_up") == want


# Events

@pytest.mark.parametrize("lport", [*ALL, "all"])
@pytest.mark.parametrize("kind", KINDS)
def test_injected_event_counts_where_it_belongs(pf, kind, lport):
    name, barrier = KINDS[kind]
    before, mark = _events(pf), pf.mark()
    pf.fault(f"event {lport} {kind} 7")
    pf.settled(mark, barrier)
    ports = ALL if lport == "all" else [lport]
    now = _events(pf)
    assert _added(before, now, barrier) == {
        "doorbell.received": 1, "doorbell.dispatched": 1,
        **{f"lport{i}.{name}": 1 for i in ports}}
    _assert_balanced(now)


@pytest.mark.parametrize("lport", ALL)
def test_cable_is_an_adminq_event_of_its_port(pf, lport):
    for up in (False, True):
        before, mark = _events(pf), pf.mark()
        pf.set_link(lport, up)
        pf.wait_event(mark, (lport, LSC))
        pf.settled(mark)
        now = _events(pf)
        added = _added(before, now, "reset")
        assert (added["arq.received"], added["arq.dispatched"]) == (1, 1)
        # The OICR cause names no port; when it comes alone all are asked.
        assert added["oicr.received"] == 1
        assert added.get("oicr.coalesced", 0) + added.get("oicr.dispatched", 0) == 1
        links = {i: added.get(f"lport{i}.link", 0) for i in ALL}
        alone = added.get("oicr.dispatched", 0)
        assert links == {i: alone + (i == lport) for i in ALL}
        _assert_balanced(now)


def test_books_balance_after_a_storm(pf):
    """Links, doorbells and VF events at once: each is delivered, merged or dropped."""
    before, mark = _events(pf), pf.mark()
    for n in range(20):
        for i in ALL:
            pf.set_link(i, n % 2 == 1)
            pf.fault(f"event {i} vf {n}")
        pf.fault("event all link")
    pf.settled(mark)
    now = _events(pf)
    _assert_balanced(now)
    added = _added(before, now, "reset")
    assert added["doorbell.received"] == 20 * (PORTS + 1)
    # Events of VFs differ and are not merged.
    assert [added[f"lport{i}.vf_mbx"] for i in ALL] == [20] * PORTS
    assert not any(name.split(".")[1].startswith("dropped") for name in added), added
    assert pf.links() == {i: "up" for i in ALL}
    pf.assert_forwards()


def test_event_of_a_closed_port_is_dropped_and_counted(pf):
    pf.pmd.ok("stop")
    pf.pmd.ok(f"port stop {pf.port_id[1]}")
    mark = pf.mark()
    pf.pmd.ok(f"port close {pf.port_id[1]}")
    assert "lport1" not in _pf(pf) and _pf(pf)["ports"] == PORTS - 1
    before = _events(pf)
    for kind in KINDS:
        pf.fault(f"event 1 {kind} 3")
    pf.until(lambda: _events(pf)["doorbell.dropped_no_port"]
             - before["doorbell.dropped_no_port"] == len(KINDS), lambda: str(_events(pf)))
    now = _events(pf)
    assert {k: n - before[k] for k, n in now.items() if n != before[k]} == {
        "doorbell.received": 3, "doorbell.dropped_no_port": 3}
    assert not [e for e in pf.events(mark) if e[1] != "device released"]
    pf.pmd.ok("port stop all")
    pf.pmd.ok("port close all")
    pf.pmd.ok(f"device detach {pf.bdf}")
    assert pf.vm.telemetry("/ice_mp/pf") == []
    pf.pmd.ok(f"port attach {pf.bdf}")
    pf.pmd.ok("port start all")
    pf.look()
    pf.pmd.cmd("stop")
    pf.pmd.ok("set portlist " + ",".join(str(pf.port_id[i]) for i in ALL))
    pf.pmd.ok("start")
    pf.assert_forwards()


# AdminQ

def _commands(bed) -> tuple[dict, dict]:
    """(the driver's counters, the device's), taken while nothing is sent."""
    for _ in range(50):
        aq = bed.state()["aq"]
        told = _pf(bed)["adminq"]
        if bed.state()["aq"] == aq:
            return told, aq
    raise AssertionError(f"the AdminQ does not come to rest: {aq}")


def test_full_cycle_without_a_single_refusal(pf):
    """Every command is answered, and both sides count the same."""
    told, aq = _commands(pf)
    pf.assert_healthy()
    some = pf.port_id[1]
    for i in ALL:
        pf.set_link(i, False)
        pf.set_link(i, True)
    pf.settled(pf.mark())
    pf.pmd.ok("stop")
    for command in (
            f"set promisc {some} off", f"set allmulti {some} on",
            f"mac_addr add {some} 02:1c:e0:00:09:01", f"mac_addr remove {some} 02:1c:e0:00:09:01",
            f"mcast_addr add {some} 01:00:5e:00:00:05",
            f"mcast_addr remove {some} 01:00:5e:00:00:05",
            f"vlan set filter on {some}", f"rx_vlan add 5 {some}", f"rx_vlan rm 5 {some}",
            f"vlan set filter off {some}", f"vlan set strip on {some}",
            f"vlan set strip off {some}", f"set link-down port {some}",
            f"set link-up port {some}", f"set allmulti {some} off", f"set promisc {some} on",
            "port stop all", f"port config mtu {some} 2000", f"port config mtu {some} 1500",
            "port start all", "clear port stats all", "start"):
        pf.pmd.ok(command)
    demo.wait_links(pf.vm, PORTS)
    pf.assert_forwards()
    told_now, aq_now = _commands(pf)
    sent = told_now["commands"] - told["commands"]
    assert sent == aq_now["cmds"] - aq["cmds"] > 50
    assert {k: told_now[k] for k in AQ_OK} == AQ_OK
    pf.assert_healthy()


@pytest.mark.parametrize("fault, counts, why", [
    ("fail op={op} rc=5", {"errors": 1}, ""),
    ("fail op={op} rc=17", {"errors": 1, "enosys": 1}, ""),
    ("oversize op={op}", {"bad_replies": 1}, "is longer than the buffer"),
    ("garble op={op}", {}, "is not valid"),
    ("short op={op}", {}, "is not valid"),
    ("silent op={op}", {"timeouts": 1, "restarts": 1}, "was not answered"),
], ids=lambda v: v.split()[0] if isinstance(v, str) and "{op}" in v else "")
def test_bad_answer_is_counted_and_survived(pf, fault, counts, why):
    """One link query goes wrong: port 2 says so; the next one is right, and no frame
    is lost meanwhile."""
    told, mark = _pf(pf), pf.mark()
    with pf.traffic():
        pf.fault("aq " + fault.format(op=AQ_LINK))
        pf.fault("event 2 link")
        pf.pmd.process.expect(r"lport 2: The link status could not be read", TIMEOUT, mark)
    assert why in pf.pmd.process.output(mark)
    assert pf.gen.drain(TIMEOUT)
    now = _pf(pf)
    assert {k: now["adminq"][k] - told["adminq"][k] for k in AQ_OK
            if now["adminq"][k] != told["adminq"][k]} == counts
    assert now["recoveries"] == told["recoveries"]
    mark = pf.mark()
    for up in (False, True):
        pf.set_link(2, up)
        pf.wait_event(mark, (2, LSC))
        mark = pf.mark()
    pf.settled(mark)
    assert pf.links() == {i: "up" for i in ALL}
    pf.assert_forwards()
