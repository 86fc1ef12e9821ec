# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The guest's kernel: the distribution's stock package, unpacked, not installed."""

import re
import subprocess
from pathlib import Path

from . import apt, paths

METAPACKAGE = {"cloud": "linux-image-cloud-amd64", "full": "linux-image-amd64"}


class Kernel:
    """An unpacked kernel package.

    flavour: "cloud" or "full"; release: as uname -r says; vmlinuz: the image;
    module_dir: the folder with modules.dep.
    """

    def __init__(self, flavour: str, root: Path) -> None:
        self.flavour = flavour
        images = sorted((root / "boot").glob("vmlinuz-*"))
        if len(images) != 1:
            raise FileNotFoundError(f"no kernel image in {root}")
        self.vmlinuz = images[0]
        self.release = self.vmlinuz.name.removeprefix("vmlinuz-")
        self.module_dir = root / "lib" / "modules" / self.release
        if not self.module_dir.exists():
            self.module_dir = root / "usr" / "lib" / "modules" / self.release
        self._deps: dict[str, list[str]] | None = None

    def _load(self) -> dict[str, list[str]]:
        if self._deps is None:
            self._deps = {}
            for line in (self.module_dir / "modules.dep").read_text().splitlines():
                name, _, rest = line.partition(":")
                self._deps[name] = rest.split()
        return self._deps

    def modules(self, names) -> list[Path]:
        """Files of the named modules and of all they depend on.

        A module that is built in, or that this flavour lacks, is left out.
        """
        deps = self._load()
        by_name = {Path(p).name.split(".ko")[0].replace("-", "_"): p for p in deps}
        wanted: dict[str, None] = {}
        for name in names:
            path = by_name.get(name.replace("-", "_"))
            if path is not None:
                wanted.update(dict.fromkeys([path, *deps[path]]))
        return [self.module_dir / p for p in wanted]

    def modules_dep(self, modules: list[Path]) -> str:
        """modules.dep reduced to these modules."""
        deps = self._load()
        rel = [str(m.relative_to(self.module_dir)) for m in modules]
        return "".join(f"{r}: {' '.join(deps[r])}\n" for r in rel)


def _root(flavour: str) -> Path:
    return paths.cache() / f"kernel-{flavour}"


def find(flavour: str = "cloud") -> Kernel | None:
    """The newest unpacked kernel of this flavour, or None."""
    current = _root(flavour) / "current"
    if not current.exists():
        return None
    try:
        return Kernel(flavour, current.resolve())
    except FileNotFoundError:
        return None


def ensure(flavour: str, log) -> Kernel:
    """Get and unpack the kernel unless that is done; log: a text file.

    Once a kernel is there it stays: a newer one is taken when the cache
    entry is removed.
    """
    have = find(flavour)
    if have is not None:
        return have
    package = apt.real_package(METAPACKAGE[flavour], r"^linux-image-\d")
    root = _root(flavour)
    deb = apt.download(package, root, log)
    dest = root / re.sub(r"_amd64\.deb$", "", deb.name)
    tmp = root / "unpack"
    subprocess.run(["rm", "-rf", str(tmp), str(dest)], check=True)
    subprocess.run(["dpkg-deb", "-x", str(deb), str(tmp)], check=True, stdout=log, stderr=log)
    kernel = Kernel(flavour, tmp)
    subprocess.run(["/sbin/depmod", "-b", str(kernel.module_dir.parents[2]), kernel.release],
                   check=True, stdout=log, stderr=log)
    tmp.rename(dest)
    link = root / "current"
    link.unlink(missing_ok=True)
    link.symlink_to(dest.name)
    deb.unlink()
    return Kernel(flavour, dest)
