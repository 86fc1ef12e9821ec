# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The mutants fit today's source, and the runner believes failed checks only."""

import subprocess
from types import SimpleNamespace

import pytest
from icemp_lib import mutants, paths, pytest_lines, runners
from icemp_lib.mutants import Mutant, MutantError
from icemp_lib.runners import FAILED, PASSED, Case

HEAD = "# Too far.\n# Suite: core\n# Filter: x/*\n"
DIFF = "--- a/qemu/core/x.c\n+++ b/qemu/core/x.c\n@@ -1,3 +1,3 @@\n {\n-\ta();\n+\tb();\n }\n"


@pytest.mark.parametrize("path", sorted(mutants.FOLDER.glob("*.patch")), ids=lambda p: p.stem)
def test_applies(path) -> None:
    """A mutant that no longer fits is found here, not once a month."""
    mutant = Mutant(path)
    done = subprocess.run([str(a) for a in mutant.command("--forward", "--dry-run")],
                          cwd=paths.REPO, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=30, check=False)
    assert done.returncode == 0, f"{mutant.file}: {done.stdout}{done.stderr}"


@pytest.fixture(scope="module", name="cases")
def _cases() -> dict[str, list[str]]:
    """Names of the cases of suites that need no VM."""
    sim = runners.sim_program(paths.BUILD)
    assert sim is not None, "the autotests are not built"
    return {"core": [p.prefix + n for p in runners.core_programs(paths.BUILD)
                     for n in p.names()],
            "sim": sim.names()}


@pytest.mark.parametrize("path", sorted(mutants.FOLDER.glob("*.patch")), ids=lambda p: p.stem)
def test_has_a_judge(path, cases) -> None:
    """The cases it names exist; in a VM only a run of it shows that."""
    mutant = Mutant(path)
    for pattern in mutant.filters if mutant.suite in cases else ():
        assert "/" in pattern, "subject and name"
        assert any(runners.matches(name, pattern) for name in cases[mutant.suite]), pattern


@pytest.mark.parametrize("text", [
    DIFF,
    HEAD.replace("core", "host") + DIFF,
    HEAD.replace("# Filter: x/*\n", "") + DIFF,
    HEAD + DIFF.replace("qemu/core", "test/core"),
    HEAD + DIFF.replace("-\ta();\n", ""),
    HEAD + DIFF.replace("+\tb();\n", "+\tb();\n" * 3),
    HEAD + DIFF + "@@ -9,3 +9,3 @@\n {\n-\ta();\n+\tb();\n }\n",
    HEAD + DIFF + DIFF.replace("x.c", "y.c"),
    HEAD + DIFF.replace("qemu/core", "qemu/hw/net/ice_mp"),
    HEAD.replace("core", "stock") + DIFF.replace("x.c", "x.h"),
], ids=["head", "suite", "filter", "room", "nothing", "long", "hunks", "files", "glue", "header"])
def test_refused(tmp_path, text) -> None:
    """What is no one-line bug of driver or device with a judge is not run."""
    path = tmp_path / "m.patch"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MutantError, match="m.patch"):
        Mutant(path)


class Scratch(mutants._Scratch):
    """A tree that needs no compiler; its program is a line of shell."""

    def __init__(self, script: str) -> None:
        self.script = script
        self.patched = 0

    def patch(self, mutant, reverse=False) -> None:
        self.patched += -1 if reverse else 1

    def make(self, mutant) -> None:
        pass

    def programs(self, suite):
        return [runners.Program("core", "x/", ["/bin/sh", "-c", self.script], 10.0,
                                select=lambda name: [name], listing=["--list"])]


@pytest.fixture(name="mutant")
def _mutant(tmp_path) -> Mutant:
    path = tmp_path / "m.patch"
    path.write_text(HEAD + DIFF, encoding="utf-8")
    return Mutant(path)


@pytest.mark.parametrize("script, result, parts", [
    ("echo ok a; echo 'FAIL b: x.c:7: is 1'; sleep 60", PASSED, ["core/x/b: x.c:7: is 1"]),
    ("echo ok a; echo ok b", FAILED, ["Too far.", "qemu/core/x.c", "2 cases", "x/a, core/x/b"]),
    ("echo ok a; kill -SEGV $$", FAILED, ["1 cases", "core/x/a", "SIGSEGV"]),
    ("exit 3", FAILED, ["0 cases"]),
], ids=["check", "nobody", "crash", "nothing"])
def test_judgement(mutant, script, result, parts) -> None:
    """A failed check has noticed; a program that died has not."""
    scratch = Scratch(script)
    case = mutants._judge(scratch, mutant)
    assert case.result == result
    assert all(p in case.reason for p in parts), case.reason
    assert scratch.patched == 0


@pytest.mark.parametrize("script, why", [
    ("echo ok a", ""), ("exit 0", "no case matches"),
    ("echo ok a; echo FAIL b", "core/x/b"), ("echo ok a; exit 2", "status 2"),
], ids=["sound", "none", "fails", "exit"])
def test_baseline(script, why) -> None:
    """Cases that fail anyway, or that are not there, judge nothing."""
    text = mutants._baseline(Scratch(script), "core", "x/*")
    assert (why in text) if why else text == ""


@pytest.mark.parametrize("reason, reasoned", [
    ("x.py:9: in test\nE   AssertionError: carrier is not True:\nE     dmesg", True),
    ("E       assert 3 == 4\nE        +  where", True),
    ("E   icemp_lib.guest.GuestError: ip link set x mtu 9000: status 2", True),
    ("E   icemp_lib.guest.GuestError: modprobe ice: still running after 60 s, killed", False),
    ("E   icemp_lib.guest.GuestError: dpdk-testpmd: no match of 't(?:x)?e' within 9 s", False),
    ("E   icemp_lib.vm.VMError: the guest does not answer within 90 s", False),
    ("no result, pytest killed by SIGKILL", False),
], ids=["check", "value", "refused", "hang", "prompt", "boot", "pytest"])
def test_reason_in_a_vm(reason, reasoned) -> None:
    """What hangs or dies has no reason there, either."""
    assert mutants._reasoned(Case("stock", "a", FAILED, reason)) == reasoned
    assert not mutants._reasoned(Case("stock", "a", PASSED, reason))


def test_quick_ones_by_default() -> None:
    """VMs are started when asked for: by suite, or by a mutant's name."""
    def found(*args) -> set[str]:
        return {m.suite for m in mutants.load(*args)}
    assert found() == {"core", "sim"}
    assert found(None, "sim") == {"sim"}
    assert "stock" in found("dev-*")
    assert found("dev-*", "stock") == {"stock"}


def test_reason_that_is_long() -> None:
    """What was wrong comes first, and is not lost when much is said behind it."""
    crash = SimpleNamespace(message="AssertionError: seven\nassert 6")
    text = pytest_lines._text(SimpleNamespace(longrepr=SimpleNamespace(reprcrash=crash),
                                              longreprtext="E     more\n" * 999))
    assert len(text) < 3000
    assert runners.first_line(text) == "E   AssertionError: seven assert 6"
    assert mutants._reasoned(Case("stock", "a", FAILED, text))
    assert pytest_lines._text(SimpleNamespace(longrepr="short", longreprtext="short")) == "short"
