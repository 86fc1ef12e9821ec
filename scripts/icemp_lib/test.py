# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp test: all suites, one count.

    core    unit tests of the device core, and of the Python tools (host)
    sim     the driver on the in-process device
    asan    core and sim again, with AddressSanitizer and UBSan, by clang
    valgrind  sim again, under memcheck
    tsan    subjects of sim with many threads, with ThreadSanitizer
    fuzz    corpora of the fuzzers, then some seconds of each
    guest   pytest, in VMs
    stock   drivers nobody here wrote, in VMs
    equivalence   our driver beside the distribution's, case by case
    vf      VFs of the device in VMs, under our PF driver and under others; asked
            for by name also what core, sim, asan and fuzz have about VFs
"""

import json
import os
import re
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from . import fuzz, mutants, paths, runners, setup
from .runners import FAILED, PASSED, SKIPPED, Case
from .steps import Steps

ASAN_BUILD = paths.REPO / "build-clang-asan"
TSAN_BUILD = paths.REPO / "build-tsan"
#: What is run with ThreadSanitizer: where threads of all kinds meet.
_TSAN_SUBJECTS = ("threads", "recovery", "event", "reset")
#: Subjects that memcheck does not run: what is about moments has none of them there.
_NOT_IN_VALGRIND = ("nested", "sweep", "fault", "fault_table", "soak", "soak_reset", "rate",
                    "vf", "vf_rings", "vf_reset", "vf_flood", "vf_admin")
#: What one suite has of another's, which asks no less of it, and both together need
#: not do: the stock driver's cases beside ours; the same program under memcheck; faults
#: and waiting for what becomes of them with AddressSanitizer.
_AGAIN = {"stock": re.compile(r"test_stock_dpdk\.py::test_case\[net_ice-(?!safe-)"),
          "sim": re.compile(rf"(?!({'|'.join(_NOT_IN_VALGRIND)})/)|(fault|fault_table|sweep)/")}
#: What --suite NAME runs.
SELECTION = {"core": ("core", "host"), "sim": ("sim", "asan", "tsan", "valgrind"),
             "guest": ("guest",), "stock": ("stock",), "equivalence": ("equivalence",),
             "vf": ("core", "sim", "asan", "fuzz", "vf"),
             "fuzz": ("fuzz",),
             "all": ("core", "host", "sim", "asan", "tsan", "valgrind", "fuzz", "guest",
                     "stock", "equivalence", "vf")}
#: Suites side by side, each of which spends much of its time waiting.
LANES = 3
#: Which is next when one has ended: short ones that tell much, then long ones first.
ORDER = ("stock", "guest", "core", "host", "asan", "vf", "valgrind", "equivalence", "sim",
         "tsan", "fuzz")


def selected(selection: str, pattern: str | None) -> tuple[str, ...]:
    """Suites to prepare and run: a pattern that begins with one's name and a slash
    is about no other."""
    suites = SELECTION[selection]
    named = tuple(s for s in suites if pattern and pattern.startswith(s + "/"))
    return named or suites


def about(selection: str, suite: str, name: str, pattern: str | None = None) -> bool:
    """Is a case of that suite part of the selection? pattern: what is asked for by name."""
    if selection == "all" and suite in _AGAIN and pattern is None:
        return not _AGAIN[suite].match(name)
    return selection != "vf" or suite == "vf" or name.startswith("vf")


class _Tally:
    """Counts and prints results as they come."""

    def __init__(self, out) -> None:
        self.out = out
        self.cases: list[Case] = []
        self._lock = threading.Lock()
        #: Lines of guests' kernel logs that were judged, by suite.
        self._dmesg: dict[str, dict[str, int]] = {}

    def report(self, case: Case) -> None:
        """Count and print; from any thread."""
        with self._lock:
            self.cases.append(case)
            print(case, file=self.out, flush=True)

    def note(self, text: str) -> None:
        """Print a line between the cases; from any thread."""
        with self._lock:
            print(f"--- {text}", file=self.out, flush=True)

    def add_dmesg(self, suite: str, counts: dict[str, int]) -> None:
        """A runner's part of them. Trouble is a failure, even if no case says so."""
        with self._lock:
            mine = self._dmesg.setdefault(suite, {"lines": 0, "trouble": 0})
            for key, count in counts.items():
                mine[key] += count
        if counts["trouble"]:
            self.report(Case(suite, "dmesg", FAILED, f"{counts['trouble']} of "
                             f"{counts['lines']} lines of the guests' kernels tell of trouble"))

    def dmesg_of(self, suite: str | None = None) -> dict[str, int]:
        """Of a suite, or of all."""
        with self._lock:
            some = [d for s, d in self._dmesg.items() if suite in (None, s)]
        return {key: sum(d[key] for d in some) for key in ("lines", "trouble")}

    def count(self, result: str, suite: str | None = None) -> int:
        return sum(c.result == result and suite in (None, c.suite) for c in self.cases)

    def json(self) -> str:
        def numbers(suite) -> dict[str, int]:
            return {"passed": self.count(PASSED, suite), "failed": self.count(FAILED, suite),
                    "skipped": self.count(SKIPPED, suite), "dmesg": self.dmesg_of(suite)}
        suites = dict.fromkeys(c.suite for c in self.cases)
        return json.dumps({**numbers(None), "suites": {s: numbers(s) for s in suites}})


def build_sanitized(log) -> str:
    """core and sim with sanitizers, in a build directory of their own.

    By the other compiler: warnings are errors, so both are asked every time.
    """
    return setup.build_project(log, ASAN_BUILD, ("-Db_sanitize=address,undefined",
                                                 "-Db_lundef=false"), "clang")


def build_tsan(log) -> str:
    """sim with ThreadSanitizer, in a build directory of its own."""
    return setup.build_project(log, TSAN_BUILD, ("-Db_sanitize=thread", "-Db_lundef=false"),
                               "clang")


def _prepare(suites: tuple[str, ...], out) -> None:
    """Install and build what these suites need."""
    os.environ["LC_ALL"] = "C.UTF-8"
    setup.run(out=out, guest=not runners.VM_SUITES.keys().isdisjoint(suites))
    if not {"stock", "vf"}.isdisjoint(suites):
        # The drivers of physical NICs and of their VFs are in the full kernel's package only.
        setup.run("full", out)
    steps = Steps(out)
    if "asan" in suites:
        steps.add("build with sanitizers", build_sanitized,
                  f"read the compiler's message above; 'rm -r {ASAN_BUILD}' starts afresh")
    if "tsan" in suites:
        steps.add("build with ThreadSanitizer", build_tsan,
                  f"read the compiler's message above; 'rm -r {TSAN_BUILD}' starts afresh")
    if "fuzz" in suites:
        fuzz.add_step(steps)
    steps.run()


def _runners(suite: str) -> list:
    """Runners of a suite; RuntimeError when one cannot start."""
    if suite == "core":
        return runners.core_programs(paths.BUILD)
    if suite == "sim":
        return runners.sim_programs(paths.BUILD)
    if suite == "asan":
        env = runners.sanitized_env()
        found = runners.core_programs(ASAN_BUILD, "asan", env)
        return found + runners.sim_programs(ASAN_BUILD, "asan", env, 600.0)
    if suite == "tsan":
        return [p for s in _TSAN_SUBJECTS if (p := runners.sim_program(
            TSAN_BUILD, suite, runners.tsan_env(), s))]
    if suite == "valgrind":
        whole = runners.sim_program(paths.BUILD, suite, runners.environment(
            ICE_MP_TEST_SHORT="1", ICE_MP_TEST_BUT=" ".join(_NOT_IN_VALGRIND)),
            timeout=600.0, wrap=runners.memcheck())
        return [whole] if whole else []
    if suite == "fuzz":
        return [fuzz.Fuzzers(suite)]
    if suite == "host":
        return [runners.Pytest("host", paths.REPO / "test" / "host")]
    return [runners.vm_suite(suite)]


def _run_suite(suite: str, args, tally: _Tally) -> None:
    try:
        found = _runners(suite)
    except RuntimeError as err:
        tally.report(Case(suite, "start", FAILED, str(err)))
        return
    if not found:
        tally.report(Case(suite, "start", FAILED, "no test program is built"))
        return
    for runner in found:
        before = len(tally.cases)
        try:
            names = runner.names()
            prefix = getattr(runner, "prefix", "")
            picked = [n for n in names if about(args.suite, suite, prefix + n, args.filter)
                      and runners.matches(f"{suite}/{prefix}{n}", args.filter)]
            if args.list:
                for name in picked:
                    print(f"{suite}/{prefix}{name}")
            elif picked:
                runner.run(None if len(picked) == len(names) else picked, tally.report)
        except RuntimeError as err:
            tally.report(Case(suite, "start", FAILED, str(err)))
        else:
            if not args.list and picked and len(tally.cases) == before:
                tally.report(Case(suite, "start", FAILED, "the runner reported nothing"))
        if isinstance(runner, runners.Pytest) and not args.list:
            tally.add_dmesg(suite, runner.dmesg)


def _run_next(suites: deque[str], args, tally: _Tally) -> None:
    """One suite after the other, until others have taken the rest."""
    while True:
        try:
            suite = suites.popleft()
        except IndexError:
            return
        t0 = time.monotonic()
        if not args.list:
            tally.note(suite)
        _run_suite(suite, args, tally)
        if not args.list:
            log = tally.dmesg_of(suite)
            dmesg = f", {log['trouble']} of {log['lines']} kernel lines are trouble"
            tally.note(f"{suite}: {tally.count(PASSED, suite)} passed, "
                       f"{tally.count(FAILED, suite)} failed, {tally.count(SKIPPED, suite)} "
                       f"skipped, {time.monotonic() - t0:.1f} s{dmesg if log['lines'] else ''}")


def main(args) -> int:
    """icemp test."""
    out = sys.stderr if args.json or args.list else sys.stdout
    tally = _Tally(out)
    if args.mutants:
        if args.list:
            print("\n".join(m.name for m in mutants.load(args.filter, args.suite)))
            return 0
        _prepare(mutants.suites(args.filter, args.suite), out)
        mutants.run(args.filter, args.suite, out, tally.report)
    else:
        suites = selected(args.suite, args.filter)
        _prepare(suites, out)
        left = deque(s for s in ORDER if s in suites)
        with ThreadPoolExecutor(LANES) as pool:
            done = [pool.submit(_run_next, left, args, tally) for _ in range(LANES)]
            try:
                for lane in done:
                    lane.result()
            except BaseException:
                runners.giving_up.set()
                raise
        if args.list:
            return 1 if tally.cases else 0
    if not tally.cases:
        tally.report(Case("icemp", "filter", FAILED, "nothing matches"))
    passed, failed = tally.count(PASSED), tally.count(FAILED)
    if failed:
        print("\nFailed:", file=out)
        for case in tally.cases:
            if case.result == FAILED:
                print(f"  {case.full()}: {runners.first_line(case.reason)}", file=out)
    if tally.count(SKIPPED):
        print(f"{tally.count(SKIPPED)} skipped", file=out)
    if args.json:
        print(tally.json())
    print(f"{passed} passed, {failed} failed", file=out)
    return 0 if failed == 0 and passed > 0 else 1
