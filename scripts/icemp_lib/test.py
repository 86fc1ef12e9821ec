# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""All tests: run the suites' own runners and add up what they say."""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from . import paths, qemu_build, setup

SUITES = ("core", "sim", "guest")
# Bounds on one runner, seconds: a runner that hangs is a failure.
LIMIT = {"core": 300, "sim": 900, "guest": 1800}
CASE = re.compile(r"^(ok|FAIL|skip) (\S+)")


@dataclass
class Count:
    """What one suite came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other: "Count") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


class Run:
    """One `icemp test`: the choice of cases, and where lines go."""

    def __init__(self, args) -> None:
        self.filter = args.filter or ""
        self.listing = args.list
        self.out = sys.stderr if args.json else sys.stdout

    def say(self, line: str) -> None:
        print(line, file=self.out, flush=True)

    def lines(self, suite: str, name: str, argv: list, env=None) -> Count:
        """A runner that prints "ok|FAIL|skip name" lines."""
        count = Count()
        try:
            done = subprocess.run([str(a) for a in argv], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, errors="replace",
                                  timeout=LIMIT[suite], check=False,
                                  env={**os.environ, **(env or {})})
            status, text = done.returncode, done.stdout
        except subprocess.TimeoutExpired as err:
            status = -1
            text = (err.stdout or b"").decode(errors="replace") + "\ntimed out\n"
        failed = []
        for line in text.splitlines():
            m = CASE.match(line)
            if self.listing and line.strip():
                self.say(f"{suite}/{name}: {line.strip()}")
            if m is None:
                continue
            if m[1] == "FAIL":
                failed.append(line)
            count.passed += m[1] == "ok"
            count.failed += m[1] == "FAIL"
            count.skipped += m[1] == "skip"
        if self.listing:
            return Count()
        # A runner that crashed, or that ran nothing without being asked for a
        # part, says nothing of its own about it.
        if (status != 0 and count.failed == 0) or (count.passed + count.failed == 0 and
                                                   not self.filter):
            count.failed += 1
            self.say("\n".join(text.splitlines()[-30:]))
            failed.append(f"FAIL {name}: ended with status {status}")
        for line in failed:
            self.say(f"{suite}/{name}: {line}")
        self.say(f"{suite}/{name}: {count.passed} passed, {count.failed} failed")
        return count

    def pytest(self, suite: str, folder: Path) -> Count:
        """A folder of pytest files."""
        argv = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", folder]
        if self.filter:
            argv += ["-k", self.filter]
        if self.listing:
            subprocess.run([*argv, "--collect-only"], stdout=self.out, check=False)
            return Count()
        with tempfile.TemporaryDirectory() as tmp:
            xml = Path(tmp) / "report.xml"
            env = {**os.environ, "ICEMP_QEMU": str(qemu_build.find() or ""),
                   "PYTHONDONTWRITEBYTECODE": "1"}
            try:
                done = subprocess.run([*argv, f"--junitxml={xml}"], stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True, errors="replace",
                                      timeout=LIMIT[suite], check=False, env=env)
                text, status = done.stdout, done.returncode
            except subprocess.TimeoutExpired as err:
                text, status = (err.stdout or b"").decode(errors="replace") + "\ntimed out", -1
            count = Count()
            if xml.exists():
                root = ElementTree.parse(xml).getroot()
                one = root if root.tag == "testsuite" else root[0]
                bad = int(one.get("failures", 0)) + int(one.get("errors", 0))
                skipped = int(one.get("skipped", 0))
                count = Count(int(one.get("tests", 0)) - bad - skipped, bad, skipped)
        # 5: pytest found no test of that name, which a filter may well mean.
        if status not in (0, 5 if self.filter else 0) and count.failed == 0:
            count.failed = 1
        if count.failed:
            self.say(text)
        self.say(f"{suite}/{folder.name}: {count.passed} passed, {count.failed} failed")
        return count


def _core(run: Run) -> Count:
    total = Count()
    for exe in sorted((paths.BUILD / "test" / "core").glob("test_*")):
        if exe.is_file() and os.access(exe, os.X_OK):
            argv = [exe] + (["--list"] if run.listing else [run.filter] if run.filter else [])
            total.add(run.lines("core", exe.name, argv))
    total.add(run.pytest("core", paths.REPO / "test" / "host"))
    return total


def _sim_argv(run: Run, build: Path) -> list:
    argv = [build / "app/test/dpdk-test-ice_mp", "--no-huge", "-m", "256", "--no-pci", "-l",
            "0-1", "-d", build / paths.PLUGIN_NAME, "-d",
            build / "test/sim/librte_net_ice_mp_sim.so", "--"]
    if run.listing:
        argv.append("--list")
    if run.filter:
        argv += ["--filter", run.filter]
    return argv


def _sanitized() -> Path:
    """The same once more under ASan and UBSan."""
    build = paths.REPO / "build-asan"
    if not (build / "build.ninja").exists():
        subprocess.run(["meson", "setup", build, paths.REPO, "-Db_sanitize=address,undefined",
                        "-Db_lundef=false"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["nice", "ninja", "-C", build], check=True, stdout=subprocess.DEVNULL)
    return build


def _sim(run: Run) -> Count:
    total = run.lines("sim", "plain", _sim_argv(run, paths.BUILD))
    if not run.listing:
        env = {"ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1",
               "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
        total.add(run.lines("sim", "asan", _sim_argv(run, _sanitized()), env))
    return total


def _guest(run: Run) -> Count:
    return run.pytest("guest", paths.REPO / "test" / "guest")


def main(args) -> int:
    run = Run(args)
    if args.mutants:
        from . import mutants
        return mutants.main(args, run)
    setup.run(out=run.out)
    runners = {"core": _core, "sim": _sim, "guest": _guest}
    wanted = SUITES if args.suite == "all" else (args.suite,)
    suites = {name: runners[name](run) for name in wanted}
    if args.list:
        return 0
    total = Count()
    for count in suites.values():
        total.add(count)
    if total.passed + total.failed == 0:
        run.say(f"no test is called {args.filter!r}")
        total.failed = 1
    if args.json:
        print(json.dumps({**vars(total), "suites": {n: vars(c) for n, c in suites.items()}}))
    run.say(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0
