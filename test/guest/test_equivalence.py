# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Our PMD on a one-port device beside net_ice: the same cases, the same device.

The table in doc/equivalence.rst is of such a run; ICEMP_EQUIVALENCE_RST=FILE
writes it.
"""

import os
from pathlib import Path

import pytest

import equivalence_doc
from pmd_cases import CASES, FULL, offers
from pmd_rig import Rig

STOCK, OURS = "net_ice", "net_ice_mp"
DOC = Path(__file__).resolve().parents[2] / "doc" / "equivalence.rst"
RESULTS: dict[str, dict[str, str]] = {}


@pytest.fixture(scope="module", name="rig")
def _rig():
    with Rig() as rig:
        yield rig


@pytest.mark.parametrize("case", [c for c in CASES if FULL in c.modes], ids=repr)
def test_same(rig, case):
    """Both do it, and what is seen is the same."""
    result = RESULTS.setdefault(case.name, {})
    for driver in (STOCK, OURS):
        try:
            result[driver] = case.run(rig, driver)
        except Exception as err:
            result[driver] = "FAILED"
            raise AssertionError(f"{driver}: {err}") from err
    assert result[STOCK] == result[OURS]


def test_documented_table(rig):
    """The page in doc/ says what the run said, and what each driver has alone."""
    have = {driver: offers(rig, driver) for driver in (STOCK, OURS)}
    rig.clean()
    rows = [(c.title, RESULTS[c.name]) for c in CASES if c.name in RESULTS]
    target = os.environ.get("ICEMP_EQUIVALENCE_RST")
    if target:
        assert len(rows) == sum(FULL in c.modes for c in CASES), "run all cases to write it"
        Path(target).write_text(equivalence_doc.page(rows, STOCK, OURS, have), encoding="utf-8")
    text = DOC.read_text(encoding="utf-8")
    for title, result in rows:
        for line in equivalence_doc.row(title, result[STOCK], result[OURS]):
            assert line in text, f"doc/equivalence.rst lacks: {line}"
    for line in equivalence_doc.alone(have[STOCK] - have[OURS]) \
            + equivalence_doc.alone(have[OURS] - have[STOCK]):
        assert line in text, f"doc/equivalence.rst lacks: {line}"
