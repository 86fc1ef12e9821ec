# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""What the guest's kernel says, from the boot on, and whether it is trouble.

    log = KernelLog(vm)
    ...
    bad = log.trouble(r"\\bice:", EXPECTED)

"dmesg -c" takes nothing away from it. What is judged is counted, for the
report of the run.
"""

import re

from . import pytest_lines
from .guest import GuestError

#: Lines that nobody may cause, whoever says them.
TROUBLE = re.compile(r"BUG:|Oops|WARNING:|Call Trace|DMAR:.*fault|AER:.*error|NETDEV WATCHDOG|"
                     r"[Tt]ransmit queue .* timed out|Unable to handle")
#: A line of /dev/kmsg: number, microseconds since the boot, text.
_LINE = re.compile(r"^\d+,(\d+),(\d+),[^;\n]*;(.*)\n", re.M)
_TIMEOUT = 20.0


def judge(lines: list[str], driver: str, expected=()) -> list[str]:
    """Lines that tell of trouble, and count them all.

    driver: lines that match are a driver's own, and trouble unless one of
    `expected` matches.
    """
    found = [line for line in lines if TROUBLE.search(line) or (
        re.search(driver, line) and not any(re.search(e, line) for e in expected))]
    pytest_lines.note(dmesg={"lines": len(lines), "trouble": len(found)})
    return found


class KernelLog:
    """The log of a guest, as it comes. Ends with a reboot: then a new one is due."""

    def __init__(self, vm) -> None:
        self._vm = vm
        self._at = 0
        self._number = -1
        self._marks = 0
        # The kernel drops our marks when there are many, unless told.
        vm.run("echo on > /proc/sys/kernel/printk_devkmsg")
        self._process = vm.spawn("exec cat /dev/kmsg")

    def fresh(self) -> list[str]:
        """Lines since the last call; GuestError when some were lost."""
        self._marks += 1
        mark = f"icemp: mark {self._marks}"
        self._vm.run(f"echo '{mark}' > /dev/kmsg")
        self._process.expect(rf";{mark}\n", _TIMEOUT, self._at)
        # Not beyond the mark: a line may not be complete yet.
        raw = self._process.output(self._at)
        raw = raw[: raw.index(f";{mark}\n") + len(mark) + 2]
        self._at += len(raw.encode())
        lines = []
        for m in _LINE.finditer(raw):
            number = int(m[1])
            if self._number not in (-1, number - 1):
                raise GuestError(f"the kernel's log goes from {self._number} to {number}")
            self._number = number
            if m[3] != mark:
                lines.append(f"[{int(m[2]) / 1e6:12.6f}] {m[3]}")
        return lines

    def trouble(self, driver: str, expected=()) -> list[str]:
        """judge() of what is new."""
        return judge(self.fresh(), driver, expected)
