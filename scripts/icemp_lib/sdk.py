# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""DPDK's internal driver headers (its "driver SDK").

Distributions do not package them. They come from the distribution's source
package of exactly the installed version. Only headers that the installed
DPDK lacks are kept: what the system has always comes from the system.
"""

import re
import shutil
import subprocess
from pathlib import Path

from . import apt, paths

PROBE = "ethdev_driver.h"
#: Folders of DPDK's tree whose meson.build may name driver headers.
FOLDERS = ("lib/*", "lib/eal/include", "drivers/bus/*")


class SdkError(Exception):
    """The headers cannot be had."""


def include_dir() -> Path:
    """The include folder of the installed DPDK."""
    out = subprocess.run(["pkg-config", "--variable=includedir", "libdpdk"],
                         capture_output=True, text=True, check=False).stdout.strip()
    if not out:
        raise SdkError("pkg-config finds no libdpdk: install libdpdk-dev")
    return Path(out)


def version() -> str:
    """DPDK's version as pkg-config has it."""
    return subprocess.run(["pkg-config", "--modversion", "libdpdk"], capture_output=True,
                          text=True, check=True).stdout.strip()


def packaged_version() -> str | None:
    """Debian's version of the installed DPDK; None for one built by the user."""
    if not str(include_dir()).startswith("/usr/include"):
        return None
    return apt.installed_version("libdpdk-dev")


def find() -> Path | None:
    """The folder to build with: "" when DPDK has its SDK installed, None when missing."""
    if (include_dir() / PROBE).exists():
        return Path("")
    dest = _dest()
    return dest / "include" if _complete(dest) else None


def _dest() -> Path:
    # meson.build looks for them under this name.
    return paths.cache() / f"dpdk-sdk-{version()}"


def _complete(dest: Path) -> bool:
    """Whether dest holds the headers of exactly the installed package."""
    marker = dest / "complete"
    return marker.exists() and marker.read_text().strip() == packaged_version()


def _declared(folder: Path) -> list[Path]:
    """Headers a folder declares for drivers, and those named as such."""
    found = set(folder.glob("*_driver.h"))
    meson = folder / "meson.build"
    if meson.exists():
        for m in re.finditer(r"driver_sdk_headers\s*\+?=\s*files\(([^)]*)\)",
                             meson.read_text()):
            found |= {folder / name for name in re.findall(r"'([^']+\.h)'", m[1])}
    return sorted(p for p in found if p.exists())


def _collect(tree: Path, dest: Path) -> int:
    """Copy the headers the system lacks; their number."""
    system = include_dir()
    arch = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True,
                          check=False).stdout.strip()
    have = {p.name for p in system.glob("*.h")}
    have |= {p.name for p in (system.parent / arch / "dpdk").glob("*.h")}
    dest.mkdir(parents=True)
    count = 0
    for pattern in FOLDERS:
        for folder in sorted(tree.glob(pattern)):
            for header in _declared(folder):
                if header.name not in have:
                    shutil.copy(header, dest / header.name)
                    count += 1
    if not (dest / PROBE).exists():
        raise SdkError(f"the source package has no {PROBE}")
    return count


def ensure(log) -> Path:
    """Get the headers unless they are there; the folder, as find()."""
    have = find()
    if have is not None:
        return have
    with paths.locked("dpdk-sdk"):
        dest = _dest()
        if _complete(dest):
            return dest / "include"
        debian = packaged_version()
        if debian is None:
            raise SdkError(f"{include_dir()} has no {PROBE}: build DPDK with "
                           "-Denable_driver_sdk=true")
        shutil.rmtree(dest, ignore_errors=True)
        dest.mkdir(parents=True)
        lists = apt.own_sources()
        lists.update(log)
        # A binary rebuild (+b1) has the source of the version before it.
        dsc = lists.source("dpdk", re.sub(r"\+b\d+$", "", debian), dest / "download", log)
        tree = dest / "source"
        apt.unpack_source(dsc, tree, log)
        count = _collect(tree, dest / "include")
        shutil.rmtree(tree)
        shutil.rmtree(dest / "download")
        log.write(f"{count} headers\n")
        (dest / "complete").write_text(debian)
        return dest / "include"
