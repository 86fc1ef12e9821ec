# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The PF in a VM: vfio-pci, the distribution's testpmd, real frames, real ping."""

import json
import subprocess
from pathlib import Path

import pytest

ICEMP = Path(__file__).resolve().parents[2] / "icemp"


def _demo(*args: str) -> dict:
    done = subprocess.run([ICEMP, "demo", "--json", *args], capture_output=True, text=True,
                          timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # Nothing but the object goes to stdout.
    return json.loads(done.stdout)


@pytest.mark.parametrize("ports", [1, 4, 8])
def test_every_port_forwards_every_frame(ports):
    got = _demo("--ports", str(ports), "--seconds", "3")
    assert got["ok"] is True
    assert got["contract_violations"] == 0
    assert [p["lport"] for p in got["ports"]] == list(range(ports))
    names = {p["ethdev"] for p in got["ports"]}
    assert len(names) == ports
    assert all(n.endswith("_port%d" % i) or ports == 1
               for i, n in enumerate(p["ethdev"] for p in got["ports"]))
    for p in got["ports"]:
        assert p["link"] == "up"
        assert p["offered"] > 0 and p["delivered"] == p["offered"]
        assert p["rx"] > 0 and p["tx"] > 0
        assert (p["lost"], p["corrupted"], p["reordered"]) == (0, 0, 0)


def test_ping_answers_on_every_port():
    got = _demo("--ports", "8", "--ping")
    assert got["ok"] is True
    assert [p["lport"] for p in got["ping"]] == list(range(8))
    for p in got["ping"]:
        assert p["sent"] == p["received"] == 5
    assert got["contract_violations"] == 0


def test_faults_strike_and_every_port_heals():
    """The example script: what it does is seen, port by port, and passes."""
    script = Path(__file__).with_name("demo.fault")
    got = _demo("--ports", "4", "--seconds", "9", "--faults", str(script))
    assert got["ok"] is True and got["contract_violations"] == 0
    assert got["faults"]["script"] == str(script)
    told = {int(lport): events for lport, events in got["faults"]["events"].items()}
    for lport in range(4):
        # CORER, GLOBR; the unanswered command may cost one more.
        assert told[lport].count("recovered") == told[lport].count("recovering") >= 2
        assert got["ports"][lport]["link"] == "up"
    links = {lport: told[lport].count("link") for lport in told}
    # Cable 1 out and in, cable 0 with what of its contact is seen.
    assert links[2] == links[3] < min(links[0], links[1])
    # Nothing was lost but what a fault took.
    assert all(p["corrupted"] == 0 for p in got["ports"])
    assert sum(p["lost"] for p in got["ports"]) > 0


def test_a_script_that_is_not_there_is_named():
    done = subprocess.run([ICEMP, "demo", "--json", "--faults", "no/such.fault"],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout) == {
        "ok": False, "error": "--faults no/such.fault: there is no such file"}
