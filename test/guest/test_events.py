# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Links, injected events and statistics of each port, as stock testpmd shows them."""

import pytest
from conftest import LSC, PORTS, TIMEOUT
from icemp_lib import demo
from icemp_lib.qmp import QmpError

ALL = range(PORTS)
FCS = 4
#: Largest frame with FCS of each size counter of the MAC.
SIZE_BINS = ((64, "64"), (127, "65_to_127"), (255, "128_to_255"), (511, "256_to_511"),
             (1023, "512_to_1023"), (1522, "1024_to_1522"))
#: Opcode of Get Link Status.
AQ_LINK = "0x0607"


@pytest.fixture(scope="module")
def pf(bed):
    """testpmd forwards in pairs on all ports."""
    bed.launch()
    bed.pmd.ok("start")
    yield bed
    assert bed.pmd.close() == 0
    assert bed.vm.qom_get(demo.DEVICE, "violations") == 0, bed.state()["violations"]


def _link_changes(bed) -> dict[int, int]:
    return {p["lport"]: p["link_changes"] for p in bed.state()["ports"]}


# Links

@pytest.mark.parametrize("lport", ALL)
def test_cable_of_one_port(pf, lport):
    for up, word in ((False, "down"), (True, "up")):
        mark = pf.mark()
        pf.set_link(lport, up)
        pf.wait_event(mark, (lport, LSC))
        assert pf.settled(mark) == [(lport, LSC)]
        assert pf.links() == {i: word if i == lport else "up" for i in ALL}
        for i in ALL:
            info = pf.pmd.cmd(f"show port info {pf.port_id[i]}")
            assert f"Link status: {word if i == lport else 'up'}" in info
            assert ("Link speed: 100 Gbps" in info) == (up or i != lport)


@pytest.mark.parametrize("lport", ALL)
@pytest.mark.parametrize("last", [False, True], ids=["down", "up"])
def test_fifty_flaps_end_in_the_last_state(pf, lport, last):
    pf.set_link(lport, not last)
    pf.settled(pf.mark())
    changes, mark = _link_changes(pf), pf.mark()
    for i in range(50):
        pf.set_link(lport, last)
        if i < 49:
            pf.set_link(lport, not last)
    seen = pf.settled(mark)
    # Flaps may be merged, but not the last one; each event is a change.
    assert len(seen) % 2 == 1 and set(seen) == {(lport, LSC)}
    assert pf.links() == {i: "down" if i == lport and not last else "up" for i in ALL}
    assert _link_changes(pf) == {i: n + 99 * (i == lport) for i, n in changes.items()}
    pf.set_link(lport, True)
    pf.settled(pf.mark())
    pf.assert_forwards()


# Events by fault injection

@pytest.mark.parametrize("lport", ALL)
@pytest.mark.parametrize("kind, name, barrier", [("reset", "reset", "vf"),
                                                 ("vf", "VF mbox", "reset")])
def test_event_reaches_its_port(pf, kind, name, barrier, lport):
    mark = pf.mark()
    pf.fault(f"event {lport} {kind} 1")
    assert pf.settled(mark, barrier) == [(lport, name)]


@pytest.mark.parametrize("kind, name, barrier", [("reset", "reset", "vf"),
                                                 ("vf", "VF mbox", "reset")])
def test_event_for_all_reaches_each_port_once(pf, kind, name, barrier):
    mark = pf.mark()
    pf.fault(f"event all {kind} 1")
    assert sorted(pf.settled(mark, barrier)) == [(i, name) for i in ALL]


@pytest.mark.parametrize("lport", ALL)
def test_missed_link_changes_are_seen_once(pf, lport):
    """Every port has missed that its cable is out: the one told looks, the others
    when the driver compares states next."""
    mark = pf.mark()
    pf.fault(f"aq fail op={AQ_LINK} forever")
    for i in ALL:
        pf.set_link(i, False)
    assert pf.settled(mark) == []
    pf.fault("clear")
    mark = pf.mark()
    pf.fault(f"event {lport} link")
    pf.until(lambda: len(pf.events(mark)) >= PORTS, lambda: f"only {pf.events(mark)}")
    assert sorted(pf.settled(mark)) == [(i, LSC) for i in ALL]
    mark = pf.mark()
    for i in ALL:
        pf.set_link(i, True)
    assert sorted(pf.settled(mark)) == [(i, LSC) for i in ALL]
    assert pf.links() == {i: "up" for i in ALL}


def _still(state: dict) -> dict:
    """What changes by commands only: the driver looks at the device by itself."""
    return {**state, "fault": {k: v for k, v in state["fault"].items() if k != "accesses"}}


@pytest.mark.parametrize("command, reason", [
    (f"event {PORTS} link", f"lport 0..{PORTS - 1} expected"),
    ("event 255 reset", f"lport 0..{PORTS - 1} expected"),
    ("event -1 vf", f"lport 0..{PORTS - 1} expected"),
    ("event every link", f"lport 0..{PORTS - 1} expected"),
    ("event 1 flood", "link, reset or vf expected"),
    ("event 1", "link, reset or vf expected"),
    ("event 1 vf 65536", "data 0..65535 expected"),
    ("event 1 vf 2 3", '"3" is not understood'),
    (f"link {PORTS} down", f"lport 0..{PORTS - 1} expected"),
])
def test_bad_command_is_refused_and_changes_nothing(pf, command, reason):
    before, mark = _still(pf.state()), pf.mark()
    with pytest.raises(QmpError, match="^GenericError: " + command.split()[0]) as err:
        pf.fault(command)
    assert reason in err.value.desc
    assert pf.vm.qom_get(demo.DEVICE, "fault-reply") == err.value.desc
    assert _still(pf.state()) == before
    assert pf.settled(mark) == []


# Statistics

def _expected(frames: list[bytes], way: str) -> dict[str, int]:
    """Extended statistics that these frames add, going "rx" or "tx"."""
    kinds = {"unicast": 0, "multicast": 0, "broadcast": 0}
    for f in frames:
        kinds["broadcast" if f[:6] == b"\xff" * 6 else
              "multicast" if f[0] & 1 else "unicast"] += 1
    count, size = len(frames), sum(map(len, frames))
    want = {f"{way}_good_packets": count, f"{way}_good_bytes": size,
            f"{way}_q0_packets": count, f"{way}_q0_bytes": size}
    for part in ("", "port_"):
        want[f"{way}_{part}bytes_with_fcs"] = size + FCS * count
        for kind, n in kinds.items():
            want[f"{way}_{part}{kind}_packets"] = n
    low = 0
    for high, name in SIZE_BINS:
        want[f"{way}_size_{name}_packets"] = sum(low < len(f) + FCS <= high for f in frames)
        low = high
    return {name: n for name, n in want.items() if n}


@pytest.mark.parametrize("lport", ALL)
def test_counters_of_known_frames(pf, lport):
    """What goes into one port counts there and, as sent, at its pair only."""
    before = {i: pf.xstats(i) for i in ALL}
    basic = {i: pf.stats(i) for i in ALL}
    frames = pf.gen.offer(lport, 6, TIMEOUT)
    assert pf.gen.drain(TIMEOUT)
    size = sum(map(len, frames))
    for i in ALL:
        added = {name: n - before[i][name] for name, n in pf.xstats(i).items()
                 if n != before[i][name]}
        rx, tx = i == lport, i == lport ^ 1
        assert added == (_expected(frames, "rx") if rx else
                         _expected(frames, "tx") if tx else {})
        assert {k: n - basic[i][k] for k, n in pf.stats(i).items()} == {
            "rx": rx * len(frames), "rx_bytes": rx * size, "rx_missed": 0, "rx_errors": 0,
            "rx_nombuf": 0, "tx": tx * len(frames), "tx_bytes": tx * size, "tx_errors": 0}
    # Every kind and every bin was there, or the above proves little.
    assert len(_expected(frames, "rx")) == 4 + 2 * 3 + len(SIZE_BINS)


def test_clear_starts_from_zero(pf):
    pf.assert_forwards()
    assert all(pf.stats(i)["rx"] > 0 for i in ALL)
    pf.pmd.ok("clear port stats all")
    pf.pmd.ok("clear port xstats all")
    for i in ALL:
        assert set(pf.stats(i).values()) == {0}
        assert not any(pf.xstats(i).values())
    frames = pf.gen.offer(2, 1, TIMEOUT)
    assert pf.gen.drain(TIMEOUT)
    assert [pf.stats(i)["rx"] for i in ALL] == [0, 0, len(frames), 0]
    assert [pf.stats(i)["tx_bytes"] for i in ALL] == [0, 0, 0, sum(map(len, frames))]


def test_clear_of_one_port_leaves_the_others(pf):
    pf.assert_forwards()
    before = {i: pf.xstats(i) for i in ALL}
    pf.pmd.ok(f"clear port xstats {pf.port_id[1]}")
    assert not any(pf.xstats(1).values())
    assert {i: pf.xstats(i) for i in ALL if i != 1} == {i: before[i] for i in ALL if i != 1}
