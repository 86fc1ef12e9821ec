# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Do the tests notice one-line bugs?

test/mutants/*.patch are unified diffs (-p1). Lines before the diff say what
is wrong and who must notice:

    # Events of one port reach its neighbour.
    # Suite: sim
    # Filter: event/*

Each is applied to a copy of the tree, built, and the named cases are run: one
of them must fail, with a reason. A program that dies or hangs has noticed
nothing, it has only stopped. That all of them pass without the mutation is
checked first.

The suites guest, stock, equivalence and vf run VMs. A bug of the device is then
built into a QEMU of its own, one of the driver into the plug-in; a filter is a
part of a case's name, and each mutant costs a boot and its cases.
"""

import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import paths, qemu_build, runners, sdk
from .runners import FAILED, PASSED, VM_SUITES, Case

FOLDER = paths.REPO / "test" / "mutants"
#: Seconds for the cases of one pattern; theirs are bounded, so this is a hang.
TIMEOUT = 90.0
#: Lines of code that a one-line bug takes away and puts there, at most.
MOST_LINES = 2
#: What runs unless a suite or a name is asked for: it needs no VM.
_QUICK = ("core", "sim")
_SUITES = (*_QUICK, *VM_SUITES)
#: The same where a VM boots first.
VM_TIMEOUT = 300.0
_GLUE = "qemu/hw/net/ice_mp/"
_ROOMS = ("drivers/net/ice_mp/", "qemu/core/", _GLUE)


class MutantError(Exception):
    """A patch that says nothing, does not apply or does not build."""


class Mutant:
    """A patch: name, path, suite, filters, what it breaks, in which file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        head, _, diff = path.read_text(encoding="utf-8").partition("\n--- a/")
        suite = re.search(r"^# Suite: (\w+)$", head, re.M)
        cases = re.search(r"^# Filter: (\S+(?: \S+)*)$", head, re.M)
        what = re.match(r"# (.+)", head)
        if not suite or suite[1] not in _SUITES or not cases or not what:
            raise MutantError(f"{path.name}: needs '# what', '# Suite: {'|'.join(_SUITES)}' "
                              "and '# Filter: PATTERN…' before the diff")
        self.suite = suite[1]
        self.filters = cases[1].split()
        self.what = what[1]
        self.file = diff.split("\n", 1)[0]
        body = diff.partition("\n@@ ")[2].split("\n")[1:]
        lines = {sign: [l for l in body if l.startswith(sign)] for sign in "-+"}
        if (not self.file.startswith(_ROOMS) or not lines["-"] or
                max(map(len, lines.values())) > MOST_LINES or
                any(l.startswith(("--- ", "@@ ")) for l in body)):
            raise MutantError(f"{path.name}: must change a line, {MOST_LINES} at most, in one "
                              f"place under {' or '.join(_ROOMS)}")
        if not self.file.endswith(".c") if self.in_qemu else self.file.startswith(_GLUE):
            raise MutantError(f"{path.name}: {self.file} is not built for {self.suite}")

    @property
    def in_qemu(self) -> bool:
        """Whether its suite meets it in QEMU."""
        return self.suite in VM_SUITES and self.file.startswith("qemu/")

    def command(self, *options: str) -> list:
        """patch(1) with this, for the tree it is called in.

        Lines may have moved, but what is around must be what it was: the same
        line in another place is another bug.
        """
        return ["patch", "-p1", "--batch", "--no-backup-if-mismatch", "--fuzz=0", *options,
                "-i", self.path]


def load(pattern: str | None = None, suite: str = "all") -> list[Mutant]:
    """Mutants whose name matches, by name. Suite "all": without a pattern those
    that need no VM."""
    asked = (suite,) if suite != "all" else _SUITES if pattern else _QUICK
    return [m for m in map(Mutant, sorted(FOLDER.glob("*.patch")))
            if m.suite in asked and runners.matches(m.name, pattern)]


def suites(pattern: str | None, suite: str) -> tuple[str, ...]:
    """What must be there for these: "sim" in any case."""
    try:
        return tuple(dict.fromkeys(("sim", *(m.suite for m in load(pattern, suite)))))
    except MutantError:
        return ("sim",)     # run() says what is wrong


def _copy_tree(dest: Path) -> None:
    """The checkout's files, as they are now, without what is ignored."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard"], cwd=paths.REPO, capture_output=True,
                            check=False)
    if listed.returncode != 0:
        # Not a git checkout: an unpacked archive.
        shutil.copytree(paths.REPO, dest, ignore=shutil.ignore_patterns(
            "build*", ".git", "__pycache__"), dirs_exist_ok=True)
        return
    for raw in listed.stdout.split(b"\0"):
        src = paths.REPO / raw.decode()
        if raw and src.is_file():
            target = dest / raw.decode()
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(src, target)


class _Scratch:
    """A copy of the tree with a build of its own."""

    def __init__(self, root: Path, log) -> None:
        self.tree = root / "tree"
        # Where the copy's tools look for it.
        self.build = self.tree / "build"
        self.qemu = root / "qemu"
        self.log = log
        self._vm_suites: dict[str, tuple[runners.Pytest, list[str]]] = {}
        self.tree.mkdir()
        _copy_tree(self.tree)

    def _call(self, argv, what: str) -> None:
        done = subprocess.run([str(a) for a in argv], cwd=self.tree, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=runners.environment(),
                              timeout=900, check=False)
        self.log.write(done.stdout + done.stderr)
        if done.returncode != 0:
            raise MutantError(f"{what}: {(done.stdout + done.stderr)[-1500:]}")

    def configure(self, suites: set[str]) -> None:
        """Plain build of what these run, warnings are warnings: a mutant may leave a
        name unused."""
        options = ["-Dwerror=false"]
        folder = sdk.find()
        if folder is not None and folder != Path(""):
            options.append(f"-Ddpdk_sdk={folder}")
        self._call(["meson", "setup", self.build, self.tree, *options], "meson setup")
        for suite in suites:
            self.ninja(*self._targets(suite))

    def ninja(self, *targets: str) -> None:
        """Build what changed."""
        self._call(["nice", "ninja", "-C", self.build, *targets], "build")

    @staticmethod
    def _targets(suite: str) -> tuple[str, ...]:
        """What goes into a guest; without VMs everything."""
        autotests = ("app/test/dpdk-test-ice_mp",) if suite == "guest" else ()
        return (paths.PLUGIN_NAME, *autotests) if suite in VM_SUITES else ()

    def make(self, mutant: Mutant) -> None:
        """Build what the mutant's suite runs, the mutant being applied."""
        shutil.rmtree(self.qemu, ignore_errors=True)
        self.ninja(*self._targets(mutant.suite))
        if mutant.in_qemu:
            try:
                qemu_build.variant(self.tree / mutant.file, mutant.file, self.qemu, self.log)
            except (OSError, RuntimeError, subprocess.CalledProcessError) as err:
                raise MutantError(f"QEMU with it: {err}") from err

    def patch(self, mutant: Mutant, reverse: bool = False) -> None:
        """Apply, or take back."""
        self._call(mutant.command("--reverse" if reverse else "--forward"),
                   "the patch cannot be taken back" if reverse else "the patch does not apply")

    def programs(self, suite: str) -> list[runners.Program]:
        """Programs of a suite in this build."""
        if suite == "core":
            return runners.core_programs(self.build)
        whole = runners.sim_program(self.build, timeout=TIMEOUT)
        return [whole] if whole else []

    def run(self, suite: str, filters: list[str], until_bad: bool = False) -> list[Case]:
        """Run the cases the filters name (until_bad: up to the first reasoned failure)."""
        if suite in VM_SUITES:
            return self._run_vm(suite, filters, until_bad)
        results: list[Case] = []
        for pattern in filters:
            subject, _, name = pattern.partition("/")
            for program in self.programs(suite):
                args = program.select(pattern)
                if suite == "core":
                    # One program per subject; its own filter is a part of a name.
                    if program.prefix != subject + "/":
                        continue
                    args = [] if name == "*" else program.select(name)
                self._one(program, args, results, until_bad)
                if until_bad and any(map(_reasoned, results)):
                    return results
        return results

    def _run_vm(self, suite: str, filters: list[str], until_bad: bool) -> list[Case]:
        """All of them in one go: each module boots once."""
        if suite not in self._vm_suites:
            found = runners.vm_suite(suite, self.tree)
            self._vm_suites[suite] = found, found.names()
        runner, names = self._vm_suites[suite]
        binary = self.qemu / "qemu-system-x86_64"
        runner.timeout = VM_TIMEOUT if until_bad else runners.PYTEST_TIMEOUT[suite]
        runner.env = {"ICEMP_QEMU": str(binary)} if binary.exists() else {}
        picked = [n for n in names if any(runners.matches(n, f) for f in filters)]
        results: list[Case] = []
        if picked:
            runner.run(picked, results.append, *(("--exitfirst",) if until_bad else ()))
        return results

    @staticmethod
    def _one(program: runners.Program, args: list, results: list[Case],
             until_bad: bool) -> None:
        def on_line(line: str) -> bool:
            m = re.match(r"(ok|FAIL) ([\w./-]+)(?:: (.*))?$", line)
            if m:
                mine.append(Case(program.suite, program.prefix + m[2], m[1], m[3] or ""))
            return until_bad and bool(m) and m[1] == FAILED

        mine: list[Case] = []
        status, text = runners.execute([*program.argv, *args], TIMEOUT, on_line, program.env)
        if status != 0 and not any(c.result == FAILED for c in mine) and (mine or status < 0):
            mine.append(Case(program.suite, program.prefix + _CRASH, FAILED,
                             f"{runners.status_text(status)}: {text[-300:]}"))
        results += mine


#: Name of the case that stands for a program's end without one.
_CRASH = "crash"


#: What pytest writes about a check that failed, and about a command or a testpmd
#: in the guest that refused; but not that one hung, or that the VM is gone.
_CHECK = re.compile(r"^E +((?:AssertionError|assert\b|\S*\bGuestError: )"
                    r"(?!.*(?:still running|guest is gone|no match of 't\()).*)", re.M)


def _reasoned(case: Case) -> bool:
    """Whether a check failed, rather than the program."""
    if case.suite in VM_SUITES:
        return case.result == FAILED and _CHECK.search(case.reason) is not None
    return case.result == FAILED and case.name.split("/")[-1] != _CRASH


def _said(case: Case) -> str:
    """What a reasoned failure says, in a line."""
    said = _CHECK.search(case.reason) if case.suite in VM_SUITES else None
    if said is None:
        return case.reason
    # A command line may be long; what became of it is behind.
    return said[1] if len(said[1]) < 300 else f"{said[1][:80]} … {said[1][-200:]}"


def _some(names: list[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _judge(scratch: _Scratch, mutant: Mutant) -> Case:
    """Apply, build, run: passed when the tests notice.

    MutantError when the tree is not what it was afterwards.
    """
    try:
        scratch.patch(mutant)
    except MutantError as err:
        # Nothing has been changed: it has one hunk.
        return Case("mutants", mutant.name, FAILED, f"{mutant.file}: {err}")
    try:
        scratch.make(mutant)
        results = scratch.run(mutant.suite, mutant.filters, until_bad=True)
    except (MutantError, RuntimeError, subprocess.TimeoutExpired) as err:
        return Case("mutants", mutant.name, FAILED, str(err))
    finally:
        scratch.patch(mutant, reverse=True)
    bad = next((c for c in results if _reasoned(c)), None)
    if bad:
        return Case("mutants", mutant.name, PASSED, f"{bad.full()}: {_said(bad)}")
    crash = next((f"; {c.full()}: {c.reason}" for c in results if c.result == FAILED), "")
    passed = [c.full() for c in results if c.result == PASSED]
    return Case("mutants", mutant.name, FAILED,
                f"no check notices: {mutant.what} ({mutant.file}); {len(passed)} cases of "
                f"{mutant.suite} {' '.join(mutant.filters)} passed: {_some(passed)}{crash}")


def _baseline(scratch: _Scratch, suite: str, *filters: str, ran: list[Case] | None = None) -> str:
    """Why these cases can judge no mutation; empty when they can.

    ran: results to look at instead of running them.
    """
    for pattern in filters:
        results = scratch.run(suite, [pattern]) if ran is None else [
            c for c in ran if runners.matches(c.name, pattern)]
        bad = [c for c in results if c.result != PASSED]
        if bad or not results:
            return f"not run, {suite} {pattern} without a mutation: " + (
                str(bad[0]) if bad else "no case matches")
    return ""


def _baselines(scratch: _Scratch, mutants: list[Mutant]) -> dict[tuple, str]:
    """_baseline() by suite and filters, for all of them. A VM suite runs once."""
    found = {}
    for suite in dict.fromkeys(m.suite for m in mutants):
        keys = dict.fromkeys((suite, *m.filters) for m in mutants if m.suite == suite)
        ran = None
        if suite in VM_SUITES:
            ran = scratch.run(suite, [f for key in keys for f in key[1:]])
        found |= {key: _baseline(scratch, *key, ran=ran) for key in keys}
    return found


def run(pattern: str | None, suite: str, out, report) -> None:
    """Mutants as load() has them; report(Case) for each, passed when it was caught."""
    try:
        mutants = load(pattern, suite)
    except MutantError as err:
        report(Case("mutants", "load", FAILED, str(err)))
        return
    root = Path(tempfile.mkdtemp(prefix="mutants-", dir=paths.cache()))
    try:
        with open(root / "log", "w", encoding="utf-8", errors="replace") as log:
            t0 = time.monotonic()
            scratch = _Scratch(root, log)
            try:
                scratch.configure({m.suite for m in mutants})
            except (MutantError, subprocess.TimeoutExpired) as err:
                report(Case("mutants", "build", FAILED, f"without a mutation: {err}"))
                return
            # All of it before the first mutation is built.
            print(f"without a mutant first; {len(mutants)} of them then", file=out, flush=True)
            try:
                unsound = _baselines(scratch, mutants)
            except RuntimeError as err:
                report(Case("mutants", "baseline", FAILED, str(err)))
                return
            for mutant in mutants:
                why = unsound[(mutant.suite, *mutant.filters)]
                try:
                    report(Case("mutants", mutant.name, FAILED, why) if why
                           else _judge(scratch, mutant))
                except MutantError as err:
                    report(Case("mutants", mutant.name, FAILED,
                                f"{err}\nThe mutants after it were not run."))
                    return
            print(f"{len(mutants)} mutants, {time.monotonic() - t0:.0f} s", file=out, flush=True)
            if suite == "all" and not pattern:
                print(f"More of them need VMs: --suite {', '.join(VM_SUITES)}.", file=out)
    finally:
        shutil.rmtree(root, ignore_errors=True)
