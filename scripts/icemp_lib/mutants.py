# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Do the tests notice one-line bugs?

test/mutants/*.patch are unified diffs (-p1). Lines before the diff say what
is wrong and who must notice:

    # Events of one port reach its neighbour.
    # Suite: sim
    # Filter: event/*

Each is applied to a copy of the tree, built, and the named cases are run:
they must fail. That they pass without it is checked first.
"""

import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import paths, runners, sdk
from .runners import FAILED, PASSED, Case

FOLDER = paths.REPO / "test" / "mutants"
#: Seconds for the named cases; a mutant that hangs is caught by that.
TIMEOUT = 90.0
_SUITES = ("core", "sim")


class MutantError(Exception):
    """A patch that says nothing, does not apply or does not build."""


class Mutant:
    """A patch: name, path, suite, filters, what it breaks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        text = path.read_text(encoding="utf-8")
        head = text.split("\n--- ", 1)[0]
        suite = re.search(r"^# Suite: (\w+)$", head, re.M)
        cases = re.search(r"^# Filter: (\S+(?: \S+)*)$", head, re.M)
        what = re.match(r"# (.+)", head)
        if not suite or suite[1] not in _SUITES or not cases or not what:
            raise MutantError(f"{path.name}: needs '# what', '# Suite: {'|'.join(_SUITES)}' "
                              "and '# Filter: PATTERN…' before the diff")
        self.suite = suite[1]
        self.filters = cases[1].split()
        self.what = what[1]


def load(pattern: str | None = None) -> list[Mutant]:
    """All mutants whose name matches, by name."""
    return [m for m in map(Mutant, sorted(FOLDER.glob("*.patch")))
            if runners.matches(m.name, pattern)]


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
        self.build = root / "build"
        self.log = log
        self.tree.mkdir()
        _copy_tree(self.tree)

    def _call(self, argv, what: str) -> None:
        done = subprocess.run([str(a) for a in argv], cwd=self.tree, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=runners.environment(),
                              timeout=900, check=False)
        self.log.write(done.stdout + done.stderr)
        if done.returncode != 0:
            raise MutantError(f"{what}: {(done.stdout + done.stderr)[-1500:]}")

    def configure(self) -> None:
        """Plain build, warnings are warnings: a mutant may leave a name unused."""
        options = ["-Dwerror=false"]
        folder = sdk.find()
        if folder is not None and folder != Path(""):
            options.append(f"-Ddpdk_sdk={folder}")
        self._call(["meson", "setup", self.build, self.tree, *options], "meson setup")
        self.ninja()

    def ninja(self) -> None:
        """Build what changed."""
        self._call(["nice", "ninja", "-C", self.build], "build")

    def patch(self, mutant: Mutant, reverse: bool = False) -> None:
        """Apply, or take back."""
        self._call(["patch", "-p1", "--batch", "--no-backup-if-mismatch", "--fuzz=2",
                    "--reverse" if reverse else "--forward", "-i", mutant.path],
                   "the patch does not apply")

    def programs(self, suite: str) -> list[runners.Program]:
        """Programs of a suite in this build."""
        if suite == "core":
            return runners.core_programs(self.build)
        whole = runners.sim_program(self.build, timeout=TIMEOUT)
        return [whole] if whole else []

    def run(self, suite: str, filters: list[str], until_bad: bool = False) -> list[Case]:
        """Run the cases the filters name (until_bad: up to the first failure)."""
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
                if until_bad and any(c.result == FAILED for c in results):
                    return results
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
            mine.append(Case(program.suite, program.prefix + "crash", FAILED,
                             f"{runners.status_text(status)}: {text[-300:]}"))
        results += mine


def _judge(scratch: _Scratch, mutant: Mutant) -> Case:
    """Apply, build, run: passed when the tests notice."""
    try:
        scratch.patch(mutant)
    except MutantError as err:
        return Case("mutants", mutant.name, FAILED, str(err))
    try:
        scratch.ninja()
        results = scratch.run(mutant.suite, mutant.filters, until_bad=True)
    except (MutantError, subprocess.TimeoutExpired) as err:
        return Case("mutants", mutant.name, FAILED, str(err))
    finally:
        scratch.patch(mutant, reverse=True)
    bad = [c for c in results if c.result == FAILED]
    if bad:
        return Case("mutants", mutant.name, PASSED, f"caught by {bad[0].full()}")
    return Case("mutants", mutant.name, FAILED,
                f"nobody notices ({mutant.what}): {len(results)} cases of "
                f"{mutant.suite} {' '.join(mutant.filters)} pass")


def _baseline(scratch: _Scratch, key: tuple, report) -> bool:
    """Whether the cases pass without a mutation; reported when they do not."""
    results = scratch.run(key[0], list(key[1:]))
    bad = [c for c in results if c.result != PASSED]
    if results and not bad:
        return True
    report(Case("mutants", "baseline", FAILED, f"{' '.join(key)} without a mutation: "
                + (str(bad[0]) if bad else "no case matches")))
    return False


def run(pattern: str | None, out, report) -> None:
    """All mutants; report(Case) for each, passed when it was caught."""
    try:
        mutants = load(pattern)
    except MutantError as err:
        report(Case("mutants", "load", FAILED, str(err)))
        return
    root = Path(tempfile.mkdtemp(prefix="mutants-", dir=paths.cache()))
    try:
        with open(root / "log", "w", encoding="utf-8", errors="replace") as log:
            t0 = time.monotonic()
            scratch = _Scratch(root, log)
            try:
                scratch.configure()
            except MutantError as err:
                report(Case("mutants", "build", FAILED, f"without a mutation: {err}"))
                return
            # All of it before the first mutation is built.
            sound = {key: _baseline(scratch, key, report)
                     for key in dict.fromkeys((m.suite, *m.filters) for m in mutants)}
            for mutant in mutants:
                if sound[(mutant.suite, *mutant.filters)]:
                    report(_judge(scratch, mutant))
            print(f"{len(mutants)} mutants, {time.monotonic() - t0:.0f} s", file=out, flush=True)
    finally:
        shutil.rmtree(root, ignore_errors=True)
