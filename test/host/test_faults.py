# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Fault scripts, the rows that run them, and the table for people agree."""

import re

from icemp_lib import paths


def _scripts() -> set[str]:
    return {p.stem for p in (paths.REPO / "test/fault").glob("*.fault")}


def test_every_script_is_run() -> None:
    rows = re.findall(r'\.name = "(\w+)"',
                      (paths.REPO / "app/test/test_fault_table.c").read_text())
    assert len(rows) == len(set(rows))
    assert set(rows) == _scripts()


def test_every_script_is_in_the_table() -> None:
    text = (paths.REPO / "doc/faults.rst").read_text()
    table = text[text.index("required outcome\n"):]
    cells = " ".join(line[:26] for line in table.splitlines()[2:])
    assert set(re.findall(r"\w+_\w+|removal", cells)) == _scripts()
