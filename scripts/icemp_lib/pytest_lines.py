# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""pytest plug-in: one JSON line per case into the file ICEMP_PYTEST_LINES.

The first line lists what was collected: {"collected": [names]}; then
{"name", "result": ok|FAIL|skip, "reason"}. Names are node ids below the
root directory. Lines between them are what tests note().
"""

import json
import os

_bad: dict[str, tuple[str, str]] = {}


def _write(record: dict) -> None:
    path = os.environ.get("ICEMP_PYTEST_LINES")
    if path:
        with open(path, "a", encoding="utf-8") as f:
            f.write(json.dumps(record) + "\n")


def note(**counts: dict[str, int]) -> None:
    """For the report of the run, which sums up: note(dmesg={"lines": 3, "trouble": 0})."""
    _write(counts)


def _text(report, most: int = 2500) -> str:
    """What was wrong, on one line as pytest marks it, and the end of the failure's text."""
    crash = getattr(report.longrepr, "reprcrash", None)
    wrong = f"E   {' '.join(crash.message.split())[:300]}\n" if crash else ""
    return wrong + report.longreprtext[-most:]


def pytest_collection_finish(session) -> None:
    """What is going to run."""
    _write({"collected": [item.nodeid for item in session.items]})


def pytest_collectreport(report) -> None:
    """A file that cannot be imported is a failure with the file's name."""
    if report.failed:
        _write({"name": report.nodeid, "result": "FAIL", "reason": str(report.longrepr)[-1500:]})


def pytest_runtest_logreport(report) -> None:
    """Set-up, call and tear-down of a case are one result."""
    if report.failed:
        old = _bad.get(report.nodeid, ("", ""))[1]
        guest = "".join(text for name, text in report.sections if name == "guest")
        _bad[report.nodeid] = ("FAIL", old + _text(report) + "\n" + guest)
    elif report.skipped and report.nodeid not in _bad:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        _bad[report.nodeid] = ("skip", reason.removeprefix("Skipped: "))
    if report.when == "teardown":
        result, reason = _bad.pop(report.nodeid, ("ok", ""))
        _write({"name": report.nodeid, "result": result, "reason": reason})
