# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp fuzz: the fuzzers of test/fuzz, and their part in icemp test.

    core     guest → device: programs of register accesses, AdminQ commands,
             descriptors, frames against the device core
    driver   device → driver: changed replies, events, messages, write-backs
             and registers against the driver
    vf       VF → driver: mailbox messages and register accesses of VFs against
             the driver that serves them

Each has a corpus in test/fuzz/corpus: inputs that together reach what is
known to be reachable, and every input that once crashed something. What a
run finds on top is kept in the cache and is where the next one goes on.
"""

import re
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from . import paths, runners, setup
from .runners import FAILED, PASSED, Case
from .steps import Steps

BUILD = paths.REPO / "build-fuzz"
CORPUS = paths.REPO / "test" / "fuzz" / "corpus"
TARGETS = ("core", "driver", "vf")
#: Seconds of each in icemp test, all at the same time: a new build is tried, what it
#: takes hours to find is looked for with icemp fuzz.
SECONDS = 20
#: An input that takes longer hangs; a busy machine is no hang.
HANG = 60
#: Bytes of an input: some hundred operations.
_MAX_LEN = {"core": 2048, "driver": 768, "vf": 768}


def build(log) -> str:
    """The fuzzers, in a build directory of their own."""
    return setup.build_project(log, BUILD, ("-Dfuzz=true", "-Db_sanitize=address,undefined",
                                            "-Db_lundef=false"), "clang")


def add_step(steps: Steps) -> None:
    """What has to be done before any can run."""
    steps.add("build the fuzzers", build,
              f"read the compiler's message above; 'rm -r {BUILD}' starts afresh")


def _program(target: str) -> list:
    """A fuzzer; others on the machine come first."""
    return ["nice", "-n10", BUILD / "test" / "fuzz" / f"fuzz_{target}"]


def inputs(target: str) -> list[Path]:
    """The corpus in the tree."""
    return sorted(p for p in (CORPUS / target).glob("*") if p.is_file())


def _what_failed(text: str) -> str:
    """The line that says what is wrong, then the rest."""
    first = re.search(r"^.*(?:not true: |ERROR: |runtime error: ).*$", text, re.M)
    return (first[0] + "\n" if first else "") + text[-3000:]


def replay(target: str) -> tuple[int, str]:
    """Every input of the corpus once; (status, text)."""
    return runners.execute([*_program(target), f"-timeout={HANG}", *inputs(target)], 900,
                           lambda _line: None, runners.sanitized_env())


def fuzz(target: str, seconds: float, found: Path, on_line=lambda _line: None,
         options=()) -> tuple[int, str]:
    """Look for more; new inputs go to `found`. (status, text)

    An input that crashes is written to the checkout's top folder.
    """
    argv = [*_program(target), f"-max_len={_MAX_LEN[target]}", "-len_control=0",
            f"-timeout={HANG}", f"-max_total_time={seconds:.0f}", "-print_final_stats=1",
            f"-artifact_prefix={paths.REPO}/fuzz-{target}-", *options, found,
            CORPUS / target]
    return runners.execute(argv, seconds + 600, on_line, runners.sanitized_env())


def _executions(text: str) -> str:
    m = re.search(r"number_of_executed_units:\s*(\d+)", text)
    return m[1] if m else "?"


class Fuzzers:
    """Suite of icemp test: corpora, then the fuzzers side by side."""

    prefix = ""

    def __init__(self, suite: str = "fuzz") -> None:
        self.suite = suite

    def names(self) -> list[str]:
        """Two of each."""
        return [f"{t}/{what}" for t in TARGETS for what in ("corpus", "new")]

    def _one(self, target: str, wanted: list[str], report) -> None:
        if f"{target}/corpus" in wanted:
            status, text = replay(target)
            bad = not inputs(target)
            report(Case(self.suite, f"{target}/corpus",
                        FAILED if status != 0 or bad else PASSED,
                        "the corpus is empty" if bad else
                        _what_failed(text) if status != 0 else ""))
        if f"{target}/new" in wanted:
            with tempfile.TemporaryDirectory(prefix="icemp-fuzz-") as tmp:
                status, text = fuzz(target, SECONDS, Path(tmp))
            report(Case(self.suite, f"{target}/new", PASSED if status == 0 else FAILED,
                        f"{_executions(text)} executions" if status == 0 else
                        _what_failed(text)))

    def run(self, names: list[str] | None, report) -> None:
        """All at the same time: a process each."""
        wanted = self.names() if names is None else names
        lock = threading.Lock()

        def report_one(case: Case) -> None:
            with lock:
                report(case)

        threads = [threading.Thread(target=self._one, args=(t, wanted, report_one))
                   for t in TARGETS]
        for t in threads:
            t.start()
        for t in threads:
            t.join()


def minimize(target: str) -> int:
    """Replace the corpus in the tree by a smallest one that covers as much.

    Inputs that once crashed (crash-*) stay whatever they cover.
    """
    found = paths.cache() / "fuzz" / target
    with tempfile.TemporaryDirectory(prefix="icemp-fuzz-") as tmp:
        out = Path(tmp)
        argv = [*_program(target), "-set_cover_merge=1", "-use_counters=0",
                f"-timeout={HANG}", out, found, CORPUS / target]
        status, text = runners.execute(argv, 7200, lambda _line: None,
                                       runners.sanitized_env())
        if status != 0:
            print(_what_failed(text), file=sys.stderr)
            return 1
        for old in inputs(target):
            if not old.name.startswith("crash-"):
                old.unlink()
        (CORPUS / target).mkdir(parents=True, exist_ok=True)
        for new in sorted(out.iterdir()):
            shutil.copy(new, CORPUS / target / new.name[:16])
    print(f"{len(inputs(target))} inputs in {CORPUS / target}")
    return 0


def main(args) -> int:
    """icemp fuzz."""
    setup.run(guest=False)
    steps = Steps(sys.stdout)
    add_step(steps)
    steps.run()
    if args.minimize:
        return minimize(args.target)
    if args.input:
        status, text = runners.execute([*_program(args.target), *args.input], 600,
                                       lambda line: print(line, flush=True),
                                       runners.sanitized_env())
        return 0 if status == 0 else 1
    found = paths.cache() / "fuzz" / args.target
    found.mkdir(parents=True, exist_ok=True)

    def show(line: str) -> None:
        if not re.match(r"#\d+\s+(NEW|REDUCE)", line):
            print(line, flush=True)

    status, text = fuzz(args.target, args.seconds, found, show)
    print(f"{args.target}: {_executions(text)} executions, "
          + ("nothing found" if status == 0 else f"it {runners.status_text(status)}"))
    return 0 if status == 0 else 1
