# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The prompt of testpmd is found, whatever its events print into it."""

import itertools
import re

import pytest

from icemp_lib import testpmd
from icemp_lib.guest import GuestError

LINE = "Port 0: link state change event"
WHOLE = "testpmd> "


class Written:
    """As much of a Process as a session without commands asks for."""

    status = None

    def __init__(self, text: str) -> None:
        self.text = text

    def output(self, start: int = 0) -> str:
        return self.text[start:]

    def expect(self, pattern: str, timeout: float, start: int = 0) -> re.Match:
        m = re.compile(pattern, re.M).search(self.text[start:])
        if m is None:
            raise GuestError(f"no match of {pattern!r} within {timeout:g} s")
        return m


def _with(pieces: list[str], at: tuple[int, ...]) -> str:
    """The prompt with a piece before its at[k]-th character."""
    out = WHOLE
    for piece, i in reversed(list(zip(pieces, at))):
        out = out[:i] + piece + out[i:]
    return out


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("events", [1, 2])
def test_events_inside_the_prompt(end: str, events: int) -> None:
    pieces = [end, LINE + end] * events
    for at in itertools.combinations_with_replacement(range(len(WHOLE)), len(pieces)):
        written = Written(f"set link-up port 0{end}" + _with(pieces, at))
        pmd = testpmd.Testpmd(written, 1)
        assert pmd.banner.startswith("set link-up port 0\n"), written.text
        assert pmd.banner.count(LINE + "\n") == events, written.text
        assert pmd.pending() == "", written.text


@pytest.mark.parametrize("text", ["testpmd>", "testpmd:  ", "tes\nPort 0: link\ntpmd> "])
def test_what_is_no_prompt(text: str) -> None:
    assert re.search(testpmd.PROMPT, text) is None
