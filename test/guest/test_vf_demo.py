# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp demo --vfs: the promise of its JSON, with both drivers of VFs."""

import json
import subprocess
from pathlib import Path

import pytest

ICEMP = Path(__file__).resolve().parents[2] / "icemp"


@pytest.mark.parametrize("driver", ["net_iavf", "iavf"])
def test_every_vf_has_its_traffic(driver):
    done = subprocess.run([ICEMP, "demo", "--json", "--ports", "4", "--vfs", "8", "--vf-driver",
                           driver, "--seconds", "3"], capture_output=True, text=True,
                          timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    got = json.loads(done.stdout)
    assert got["ok"] is True and got["contract_violations"] == 0
    assert [v["vf"] for v in got["vfs"]] == list(range(8))
    assert [v["lport"] for v in got["vfs"]] == [0, 1, 2, 3] * 2
    for vf in got["vfs"]:
        assert vf["driver"] == driver and vf["link"] == "up"
        assert vf["offered"] == vf["delivered"] >= 15 and vf["lost"] == 0
    for port in got["ports"]:
        assert port["link"] == "up" and port["lost"] == 0
        assert port["offered"] == port["delivered"] > 0


def test_what_the_guest_has_no_room_for_is_refused():
    done = subprocess.run([ICEMP, "demo", "--vfs", "65"], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 2 and "64" in done.stderr
