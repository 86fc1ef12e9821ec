# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Which suites `icemp test` prepares and runs."""

import pytest
from icemp_lib.test import SELECTION, selected


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
