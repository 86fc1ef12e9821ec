# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The documents say what there is: claims and their cases, options, files."""

import configparser
import fnmatch
import re

import pytest
from icemp_lib import paths, runners

GUIDE = paths.REPO / "doc" / "guides" / "nics" / "ice_mp.rst"
INI = GUIDE.parent / "features" / "ice_mp.ini"
DRIVER = paths.REPO / "drivers" / "net" / "ice_mp"
#: Rows of the guide's table that are no cases.
WORDS = {"this page", "all of them", "Performance_", "doc/design"}


def _claims() -> set[str]:
    ini = configparser.ConfigParser()
    ini.optionxform = str
    ini.read(INI)
    return {name for name, value in ini["Features"].items() if value in ("Y", "P")}


def _table() -> dict[str, str]:
    """Feature → its cases, as the guide has them."""
    text = GUIDE.read_text()
    body = re.search(r"^Feature +Cases\n=+ =+\n(.*?)^=+ =+$", text, re.S | re.M)[1]
    rows: dict[str, str] = {}
    for line in body.splitlines():
        if line[:26].strip():
            name = line[:26].strip()
            rows[name] = line[27:].strip()
        else:
            rows[name] += " " + line[27:].strip()
    return rows


def _functions(path, pattern: str = r"^def (\w+)\(") -> set[str]:
    return set(re.findall(pattern, path.read_text(), re.M))


@pytest.fixture(scope="module", name="cases")
def _cases() -> dict[str, set[str]]:
    """All there are, by the guide's words."""
    guest = paths.REPO / "test" / "guest"
    sim = runners.sim_program(paths.BUILD)
    assert sim is not None, "the autotests are not built"
    files = {p.name: _functions(p) for p in guest.glob("test_*.py")}
    in_files = {f"{name} {case}" for name, found in files.items() for case in found}
    return {
        "sim": set(sim.names()),
        "core": set().union(*(_functions(p, r"^TEST\((\w+)\)")
                              for p in (paths.REPO / "test" / "core").glob("*.c"))),
        "frames": files["test_frames.py"], "guest": in_files, "vf": in_files,
        "net_ice": _functions(guest / "pmd_cases.py"),
    }


def test_each_claim_names_its_cases():
    assert len(_claims()) >= 54
    assert set(_table()) == _claims()


@pytest.mark.parametrize("feature", sorted(_table()))
def test_the_cases_exist(feature, cases):
    text = _table()[feature]
    if text in WORDS:
        assert not text.startswith("doc/") or list((paths.REPO / text).glob("*.rst"))
        return
    for part in text.split("; "):
        kind, _, names = part.partition(": ")
        for name in names.split(", "):
            assert fnmatch.filter(cases[kind], name), f"{feature}: no {kind} case is {name}"


def test_every_option_is_explained():
    """Devargs and telemetry commands."""
    text = GUIDE.read_text()
    params = "".join(re.search(r"REGISTER_PARAM_STRING\(net_ice_mp,(.*?)\);",
                               (DRIVER / "ice_mp_pci.c").read_text(), re.S)[1].splitlines())
    wanted = set(re.findall(r"(\w+)=", params))
    assert len(wanted) >= 8
    devargs = len(wanted)
    for path in DRIVER.glob("*.c"):
        wanted |= set(re.findall(r"register_cmd\(\s*\"([^\"]+)", path.read_text()))
    assert len(wanted) >= devargs + 7
    assert [w for w in sorted(wanted) if w not in text] == []


@pytest.mark.parametrize("doc", sorted(
    str(p.relative_to(paths.REPO)) for p in [*(paths.REPO / "doc").rglob("*.rst"),
                                             *paths.REPO.glob("*.md")]))
def test_files_it_names_exist(doc):
    # In DPDK's tree.
    text = (paths.REPO / doc).read_text().replace("drivers/net/meson.build", "")
    for name in set(re.findall(r"``?((?:drivers|qemu|app|test|doc|scripts)/[\w./-]+)``?", text)):
        assert (paths.REPO / name).exists(), f"{doc} names {name}"
