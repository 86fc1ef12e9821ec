# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Numbered steps with elapsed time and a log each."""

import subprocess
import sys
import time
from pathlib import Path

from . import paths


class StepFailed(Exception):
    """A step failed; the text is what the user reads, with what to do."""


class Steps:
    """Runs steps, printing "[n/m] name … 12.3 s" on `out`."""

    def __init__(self, out=sys.stdout) -> None:
        self._steps: list[tuple[str, object, str]] = []
        self._out = out

    def add(self, name: str, func, hint: str) -> None:
        """func(log) does the step; it may return a remark for its line.

        hint: what the user can do when it fails.
        """
        self._steps.append((name, func, hint))

    def run(self) -> None:
        """Run all; StepFailed at the first that fails."""
        total = len(self._steps)
        for n, (name, func, hint) in enumerate(self._steps, 1):
            self._out.write(f"[{n}/{total}] {name} … ")
            self._out.flush()
            log_path = paths.cache() / "log" / f"{n}-{name.replace(' ', '-')}.log"
            log_path.parent.mkdir(exist_ok=True)
            t0 = time.monotonic()
            try:
                with open(log_path, "w", encoding="utf-8", errors="replace") as log:
                    remark = func(log)
            except (Exception, KeyboardInterrupt) as err:
                self._out.write("failed\n")
                if isinstance(err, KeyboardInterrupt):
                    raise
                raise StepFailed(self._explain(name, err, log_path, hint)) from err
            tail = f"  ({remark})" if remark else ""
            self._out.write(f"{time.monotonic() - t0:.1f} s{tail}\n")
            self._out.flush()

    @staticmethod
    def _explain(name: str, err: BaseException, log: Path, hint: str) -> str:
        lines = log.read_text(errors="replace").splitlines()[-20:]
        what = str(err) or type(err).__name__
        return "\n".join(
            [f"{name}: {what}", *("  | " + line for line in lines),
             f"Whole log: {log}", f"What to do: {hint}. Then run it again: finished "
             "steps are not repeated."])


def call(argv, log, *, cwd=None, env=None) -> None:
    """Run a program into the log; CalledProcessError when it fails."""
    argv = [str(a) for a in argv]
    log.write("$ " + " ".join(argv) + "\n")
    log.flush()
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=cwd,
                          env=env, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{Path(argv[0]).name} ended with status {done.returncode}")
