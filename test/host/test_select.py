# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Which suites `icemp test` prepares and runs."""

import pytest
from icemp_lib.test import SELECTION, about, selected


@pytest.mark.parametrize("selection, pattern, want", [
    ("all", None, SELECTION["all"]),
    ("sim", "probe/", SELECTION["sim"]),
    ("sim", "sim/", ("sim",)),
    ("sim", "sim/probe/*", ("sim",)),
    ("all", "asan/ctrl_aq/*", ("asan",)),
    ("all", "*sim/probe", SELECTION["all"]),
    ("all", "sim", SELECTION["all"]),
    # Then nothing matches, and that is said.
    ("guest", "sim/probe", SELECTION["guest"]),
])
def test_selected(selection, pattern, want) -> None:
    """A suite is left out only when the pattern names another one."""
    assert selected(selection, pattern) == want


@pytest.mark.parametrize("selection, suite, name, want", [
    ("all", "stock", "test_stock_dpdk.py::test_case[net_ice-tso]", False),
    ("all", "stock", "test_stock_dpdk.py::test_case[net_ice-safe-mtu]", True),
    ("all", "equivalence", "test_equivalence.py::test_same[tso]", True),
    ("stock", "stock", "test_stock_dpdk.py::test_case[net_ice-tso]", True),
    ("all", "sim", "fault/link_flap", False),
    ("all", "asan", "fault/link_flap", True),
    ("sim", "sim", "fault/link_flap", True),
    ("all", "sim", "data/every_port", False),
    ("all", "sim", "vf_reset/by_pf", True),
    ("all", "sim", "vf_data/stats", False),
    ("vf", "sim", "vf_data/stats", True),
    ("vf", "core", "vf_mbx/order", True),
    ("vf", "fuzz", "vf/new", True),
    ("vf", "vf", "test_vf_stock.py::test_up", True),
    ("vf", "sim", "data/every_port", False),
    ("vf", "fuzz", "core/new", False),
    ("sim", "sim", "data/every_port", True),
    ("all", "vf", "test_vf_stock.py::test_up", True),
])
def test_about(selection, suite, name, want) -> None:
    """--suite vf takes from other suites what is about VFs; nothing is run twice."""
    assert about(selection, suite, name) == want


def test_asked_for_by_name() -> None:
    """Then it is run, whatever else runs it."""
    assert about("all", "stock", "test_stock_dpdk.py::test_case[net_ice-tso]", "tso")
