# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The plug-in as a program meets it."""

import subprocess
import sys

from icemp_lib import paths

LATE = "import ctypes, sys; ctypes.CDLL(sys.argv[1])"


def test_loads_behind_the_program():
    """Into a program without DPDK, so that EAL, too, comes at run time."""
    done = subprocess.run([sys.executable, "-c", LATE, paths.BUILD / paths.PLUGIN_NAME],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
