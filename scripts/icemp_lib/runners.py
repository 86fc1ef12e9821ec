# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""What runs test cases: the core's programs, the autotests on the sim, pytest.

Every runner first asks its program which cases it has. A case it then does
not report (a crash, a hang, an early exit) has failed.
"""

import fnmatch
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from . import paths

CORE_TIMEOUT = 120.0
#: One subject of the autotests; sanitizers take several times as long.
SIM_TIMEOUT = 300.0
PYTEST_TIMEOUT = {"host": 180.0, "guest": 1500.0, "stock": 3000.0, "equivalence": 1500.0,
                  "vf": 1500.0}
#: Set when the user gives up: programs under way are killed.
giving_up = threading.Event()
PASSED, FAILED, SKIPPED = "ok", "FAIL", "skip"
#: Suites that start VMs, with their files in test/guest; the first has the rest.
VM_SUITES = {"guest": "test_*.py", "stock": "test_stock_*.py",
             "equivalence": "test_equivalence*.py", "vf": "test_vf_*.py"}


class Case:
    """A case that ran: suite, name, result (ok, FAIL, skip) and a reason."""

    def __init__(self, suite: str, name: str, result: str, reason: str = "") -> None:
        self.suite = suite
        self.name = name
        self.result = result
        self.reason = reason

    def full(self) -> str:
        """Name with the suite in front, as --filter and --list have it."""
        return f"{self.suite}/{self.name}"

    def __str__(self) -> str:
        reason = self.reason.strip()
        return f"{self.result} {self.full()}" + (f": {reason}" if reason else "")


def matches(name: str, pattern: str | None) -> bool:
    """--filter: a part of the name, or a shell pattern for all of it."""
    return pattern is None or pattern in name or fnmatch.fnmatchcase(name, pattern)


def environment(**more: str) -> dict[str, str]:
    """For test programs: English, and only the distribution's tools."""
    env = {**os.environ, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
    env.pop("PYTHONPATH", None)
    return {**env, **more}


def execute(argv, timeout: float, on_line, env=None) -> tuple[int, str]:
    """Run a program, on_line(line) for each line; (status, last lines).

    On time-out, or when on_line returns True (that is enough), its process
    group is killed and the status is -SIGKILL.
    """
    tail: list[str] = []
    enough = ended = False
    deadline = time.monotonic() + timeout
    with subprocess.Popen([str(a) for a in argv], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          start_new_session=True, env=env or environment()) as proc:
        try:
            os.set_blocking(proc.stdout.fileno(), False)
            pending = b""
            while True:
                data = proc.stdout.read()
                if data:
                    *lines, pending = (pending + data).split(b"\n")
                    for raw in lines:
                        line = raw.decode(errors="replace")
                        tail = [*tail[-39:], line]
                        enough = on_line(line) is True or enough
                    if enough:
                        break
                    continue
                if ended:
                    break
                # Not reaped yet: the group's number stays ours.
                if os.waitid(os.P_PID, proc.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    # Once more: it may have written after we looked.
                    ended = True
                    continue
                if time.monotonic() > deadline:
                    tail.append(f"killed after {timeout:g} s")
                    break
                if giving_up.is_set():
                    tail.append("killed: interrupted")
                    break
                time.sleep(0.02)
            if pending:
                tail.append(pending.decode(errors="replace"))
                on_line(tail[-1])
        finally:
            # Also what the program may have left behind.
            try:
                os.killpg(proc.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            proc.wait()
    return proc.returncode, "\n".join(tail)


def status_text(status: int) -> str:
    """How a program ended."""
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"


class Program:
    """A test program: lists its cases, prints "ok NAME" or "FAIL NAME[: reason]"."""

    def __init__(self, suite: str, prefix: str, argv: list, timeout: float, *,
                 select, listing: list, env: dict | None = None,
                 names: list[str] | None = None) -> None:
        """prefix: in front of its names. select(name) → arguments that run one
        case. listing: arguments that print the names; names: when they are known."""
        self.suite = suite
        self.prefix = prefix
        self.argv = argv
        self.timeout = timeout
        self.select = select
        self.listing = listing
        self.env = env
        self._names = names

    def names(self) -> list[str]:
        """Cases it has; RuntimeError when it cannot tell."""
        if self._names is None:
            self._names = self._list()
        return self._names

    def _list(self) -> list[str]:
        lines: list[str] = []
        status, text = execute([*self.argv, *self.listing], 60, lines.append, self.env)
        found = [l for l in lines if re.fullmatch(r"[\w./-]+", l)]
        if status != 0 or not found:
            raise RuntimeError(f"{Path(self.argv[0]).name} lists no cases, "
                               f"{status_text(status)}: {text[-500:]}")
        return found

    def run(self, names: list[str] | None, report) -> None:
        """Run these cases (None: all); report(Case) for each."""
        wanted = self.names() if names is None else names
        if names is None:
            self._run([], wanted, report)
        else:
            for name in names:
                self._run(self.select(name), [name], report)

    def _run(self, args: list, wanted: list[str], report) -> None:
        open_names = dict.fromkeys(wanted)

        def on_line(line: str) -> None:
            m = re.match(r"(ok|FAIL) ([\w./-]+)(?:: (.*))?$", line)
            if m and m[2] in open_names:
                del open_names[m[2]]
                report(Case(self.suite, self.prefix + m[2], m[1], m[3] or ""))
                failed.append(m[1] == FAILED)

        failed: list[bool] = []
        status, text = execute([*self.argv, *args], self.timeout, on_line, self.env)
        if open_names:
            why = f"no result, the program {status_text(status)}\n" + text[-1500:]
            for name in open_names:
                report(Case(self.suite, self.prefix + name, FAILED, why))
                why = f"no result, the program {status_text(status)}"
        elif status != 0 and not any(failed):
            report(Case(self.suite, self.prefix + "exit", FAILED,
                        f"all cases passed, but it {status_text(status)}\n" + text[-1500:]))


def core_programs(build: Path, suite: str = "core", env: dict | None = None) -> list[Program]:
    """The core's unit tests of a build."""
    folder = build / "test" / "core"
    found = []
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.is_file() and os.access(path, os.X_OK) and not path.suffix:
            prefix = path.name.removeprefix("test_").removeprefix("core_") + "/"
            found.append(Program(suite, prefix, [path], CORE_TIMEOUT, env=env,
                                 select=lambda name: [name], listing=["--list"]))
    return found


def sim_program(build: Path, suite: str = "sim", env: dict | None = None,
                subject: str | None = None, timeout: float = SIM_TIMEOUT,
                wrap=(), names: list[str] | None = None) -> Program | None:
    """The autotests on the sim, one subject of them if given; wrap: run by this;
    names: of its cases, when they are known."""
    binary = build / "app" / "test" / "dpdk-test-ice_mp"
    plugins = [next(iter(sorted(build.rglob(name))), None)
               for name in (paths.PLUGIN_NAME, "librte_net_ice_mp_sim.so")]
    if not binary.exists() or None in plugins:
        return None
    argv = [*wrap, binary, "--no-huge", "-m", "256", "--no-pci", "--lcores=0@0,1@0",
            f"--file-prefix=icemp_{os.getpid()}_{suite}_{subject or 'all'}"]
    for plugin in plugins:
        argv += ["-d", plugin]
    argv.append("--")
    if subject:
        argv += ["--filter", subject + "/*"]
    return Program(suite, "", argv, timeout, env=env, listing=["--list"],
                   select=lambda name: ["--filter", name], names=names)


def sim_programs(build: Path, suite: str = "sim", env: dict | None = None,
                 timeout: float = SIM_TIMEOUT) -> list[Program]:
    """One program run per subject: a crash takes only its own subject along."""
    whole = sim_program(build, suite, env)
    if whole is None:
        return []
    subjects: dict[str, list[str]] = {}
    for name in whole.names():
        subjects.setdefault(name.split("/")[0], []).append(name)
    return [sim_program(build, suite, env, subject, timeout, names=names)
            for subject, names in subjects.items()]


class Pytest:
    """pytest files of a folder: those that fit `files` and none of `but`."""

    def __init__(self, suite: str, folder: Path, label: str = "", files: str = "test_*.py",
                 but: tuple[str, ...] = ()) -> None:
        """folder: of a checkout, two levels below its root; its tools are used.

        dmesg: lines of guests' kernel logs that the cases have judged.
        """
        self.dmesg = {"lines": 0, "trouble": 0}
        self.suite = suite
        self.folder = folder
        self.label = label
        self.timeout = PYTEST_TIMEOUT.get(suite, 1500.0)
        self.env: dict[str, str] = {}
        self._names: list[str] | None = None
        self.paths = sorted(p for p in folder.rglob(files)
                            if not any(fnmatch.fnmatch(p.name, b) for b in but))

    def _argv(self, *args: str) -> list:
        return ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                "-p", "icemp_lib.pytest_lines", "--rootdir", self.folder, *args]

    def _env(self, out: Path) -> dict[str, str]:
        return environment(PYTHONPATH=str(self.folder.parents[1] / "scripts"),
                           PYTHONDONTWRITEBYTECODE="1", ICEMP_PYTEST_LINES=str(out), **self.env)

    def _go(self, args: list, timeout: float, on_record) -> tuple[int, str]:
        with tempfile.TemporaryDirectory(prefix="icemp-") as tmp:
            out = Path(tmp) / "lines"
            out.touch()
            with open(out, encoding="utf-8") as f:
                def drain() -> None:
                    while True:
                        at = f.tell()
                        text = f.readline()
                        if not text.endswith("\n"):
                            f.seek(at)
                            return
                        on_record(json.loads(text))
                def follow() -> None:
                    while not over.wait(0.3):
                        drain()
                over = threading.Event()
                follower = threading.Thread(target=follow)
                follower.start()
                try:
                    status, text = execute(self._argv(*args), timeout, lambda _line: None,
                                           self._env(out))
                finally:
                    over.set()
                    follower.join()
                drain()
        return status, text

    def names(self) -> list[str]:
        """Cases it has, as pytest's node ids without the folder."""
        if self._names is None:
            self._names = self._collect()
        return self._names

    def _collect(self) -> list[str]:
        found: list[str] = []
        if not self.paths:
            return found
        status, text = self._go(["--collect-only", *map(str, self.paths)], 120,
                                lambda r: found.extend(r.get("collected", [])))
        if status not in (0, 5):
            raise RuntimeError(f"pytest cannot collect {self.suite}: {text[-2000:]}")
        return found

    def run(self, names: list[str] | None, report, *options: str) -> None:
        """Run these cases (None: all); options: more of pytest's."""
        wanted = self.names() if names is None else names
        open_names = dict.fromkeys(wanted)

        def on_record(record: dict) -> None:
            name = record.get("name")
            for key, count in record.get("dmesg", {}).items():
                self.dmesg[key] += count
            if name is not None and (name in open_names or record["result"] == FAILED):
                open_names.pop(name, None)
                report(Case(self.suite, f"{self.label}{name}", record["result"],
                            record["reason"]))

        if not wanted:
            return
        args = [f"{self.folder}/{n}" for n in names] if names is not None else list(
            map(str, self.paths))
        status, text = self._go([*options, *args], self.timeout, on_record)
        why = f"no result, pytest {status_text(status)}\n{text[-1500:]}"
        for name in open_names:
            report(Case(self.suite, f"{self.label}{name}", FAILED, why))
            why = f"no result, pytest {status_text(status)}"


def vm_suite(suite: str, tree: Path = paths.REPO) -> Pytest:
    """A suite that starts VMs, of this checkout or of a copy."""
    but = () if suite != "guest" else tuple(f for s, f in VM_SUITES.items() if s != suite)
    return Pytest(suite, tree / "test" / "guest", files=VM_SUITES[suite], but=but)


def sanitized_env() -> dict[str, str]:
    """Sanitizers stop at the first finding, with a status that is no success."""
    supp = paths.REPO / "test" / "sim" / "lsan.supp"
    leaks = f":suppressions={supp}:print_suppressions=0" if supp.exists() else ""
    return environment(ASAN_OPTIONS="detect_leaks=1:abort_on_error=1:halt_on_error=1:"
                                    "detect_stack_use_after_return=1",
                       LSAN_OPTIONS="exitcode=23" + leaks,
                       UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1:abort_on_error=1")


def tsan_env() -> dict[str, str]:
    """ThreadSanitizer: a race is the end, but for those listed with their reasons."""
    supp = paths.REPO / "test" / "sim" / "tsan.supp"
    return environment(TSAN_OPTIONS=f"suppressions={supp}:halt_on_error=1:exitcode=66:"
                                    "second_deadlock_stack=1")


def memcheck() -> list:
    """valgrind, for which an error or a lost block is the end."""
    return ["valgrind", "-q", "--error-exitcode=9", "--leak-check=full",
            "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
            f"--suppressions={paths.REPO / 'test' / 'sim' / 'valgrind.supp'}"]


def first_line(text: str) -> str:
    """For one-line reports."""
    return text.strip().splitlines()[0] if text.strip() else ""


def eprint(*args) -> None:
    """To stderr."""
    print(*args, file=sys.stderr, flush=True)
