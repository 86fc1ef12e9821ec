# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""What we ask of apt, using only the mirrors the machine itself is set up for.

Installing goes through the machine's configuration. Source packages and other
suites' packages come through private lists kept in our cache, made from that
same configuration, so that the machine's own stays as it is.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import paths


class AptError(Exception):
    """apt could not do it; the text says what."""


def _call(argv: list[str], log, cwd: Path | None = None) -> None:
    log.write("$ " + " ".join(argv) + "\n")
    log.flush()
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=cwd,
                          check=False)
    if done.returncode != 0:
        raise AptError(f"{argv[0]} ended with status {done.returncode}")


def _as_root() -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        raise AptError("packages are missing, and there is neither root nor sudo")
    return ["sudo"]


def missing(packages: list[str]) -> list[str]:
    """Those of `packages` that are not installed."""
    out = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n", *packages],
        capture_output=True, text=True, check=False).stdout
    have = {line.split()[1] for line in out.splitlines() if line.startswith("ii")}
    return [p for p in packages if p not in have]


def installed_version(package: str) -> str | None:
    """The installed version of the package."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package],
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() or None if done.returncode == 0 else None


def update(log) -> None:
    """Refresh the machine's package lists."""
    _call([*_as_root(), "apt-get", "-q", "update"], log)


def install(packages: list[str], log) -> None:
    """Install what is missing; nothing at all happens when nothing is."""
    todo = missing(packages)
    if not todo:
        return
    root = _as_root()
    update(log)
    _call([*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "install", "-y",
           "--no-install-recommends", *todo], log)


def real_package(meta: str, pattern: str) -> str:
    """The package a metapackage depends on whose name matches `pattern`."""
    out = subprocess.run(["apt-cache", "depends", meta], capture_output=True, text=True,
                         check=False).stdout
    for name in re.findall(r"Depends: (\S+)", out):
        if re.search(pattern, name):
            return name
    raise AptError(f"apt knows no package behind {meta}: run 'apt-get update'")


def download(package: str, folder: Path, log) -> Path:
    """Download a .deb (not installed) into `folder`."""
    return _download(package, folder, log, [])


def _download(package: str, folder: Path, log, options: list[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    name = re.split(r"[=/]", package)[0]
    for old in folder.glob(f"{name}_*.deb"):
        old.unlink()
    _call(["apt-get", "-q", *options, "-o", "APT::Sandbox::User=root", "download", package],
          log, cwd=folder)
    debs = list(folder.glob(f"{name}_*.deb"))
    if len(debs) != 1:
        raise AptError(f"no file for {package}")
    return debs[0]


def codename() -> str:
    """The release's code name."""
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            return line.split("=", 1)[1].strip('"')
    raise AptError("/etc/os-release has no VERSION_CODENAME")


class Origin:
    """One mirror of the machine's configuration: where, what, signed by whom."""

    def __init__(self, uri: str, suite: str, components: list[str], signed_by: str) -> None:
        self.uri = uri
        self.suite = suite
        self.components = components
        self.signed_by = signed_by

    def line(self, kind: str, suite: str | None = None) -> str:
        """A sources.list line of this kind ("deb", "deb-src")."""
        opt = f"[signed-by={self.signed_by}] " if self.signed_by else ""
        return f"{kind} {opt}{self.uri} {suite or self.suite} {' '.join(self.components)}\n"


def _one_line(text: str) -> list[Origin]:
    found = []
    for line in text.splitlines():
        m = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(\S.*?)\s*(?:#.*)?$", line)
        if m:
            opts = dict(o.split("=", 1) for o in (m[1] or "").split() if "=" in o)
            found.append(Origin(m[2], m[3], m[4].split(), opts.get("signed-by", "")))
    return found


def _deb822(text: str) -> list[Origin]:
    found = []
    for stanza in re.split(r"\n\s*\n", text):
        field: dict[str, str] = {}
        key = ""
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in (" ", "\t") and key:
                field[key] += " " + line.strip()
            elif ":" in line:
                key, _, value = line.partition(":")
                key = key.strip().lower()
                field[key] = value.strip()
        if "deb" not in field.get("types", "").split():
            continue
        if field.get("enabled", "yes").lower() in ("no", "false"):
            continue
        signed = field.get("signed-by", "")
        if not signed.startswith("/"):
            signed = ""     # a key in the file itself: the machine's keyrings have it too
        for uri in field.get("uris", "").split():
            for suite in field.get("suites", "").split():
                found.append(Origin(uri, suite, field.get("components", "").split(), signed))
    return found


def origins() -> list[Origin]:
    """The machine's origins of its own release (suites that begin with its name)."""
    etc = Path("/etc/apt")
    found: list[Origin] = []
    files = [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]
    for path in files:
        if not path.is_file():
            continue
        if path.suffix == ".list":
            found += _one_line(path.read_text())
        elif path.suffix == ".sources":
            found += _deb822(path.read_text())
    name = codename()
    found = [o for o in found
             if "main" in o.components and re.match(rf"{name}(-|/|$)", o.suite)]
    if not any(o.suite == name for o in found):
        raise AptError(f"apt has no mirror of {name} main configured")
    return found


class PrivateLists:
    """Package lists of our own in the cache, for the given sources.list text."""

    def __init__(self, name: str, text: str) -> None:
        self.dir = paths.cache() / "apt" / name
        self.text = text
        for sub in ("lists/partial", "cache/archives/partial"):
            (self.dir / sub).mkdir(parents=True, exist_ok=True)

    def options(self) -> list[str]:
        """The options that make apt use these lists only."""
        return [
            "-o", f"Dir::Etc::sourcelist={self.dir / 'sources.list'}",
            "-o", "Dir::Etc::sourceparts=/dev/null",
            "-o", f"Dir::State::lists={self.dir / 'lists'}",
            "-o", f"Dir::Cache={self.dir / 'cache'}",
            "-o", "APT::Sandbox::User=root",
            "-o", "APT::Get::List-Cleanup=0",
            "-o", "Acquire::Languages=none",
        ]

    def update(self, log) -> None:
        """Fetch the lists."""
        paths.write_if_changed(self.dir / "sources.list", self.text)
        _call(["apt-get", "-q", *self.options(), "update"], log)

    def source_versions(self, package: str) -> list[str]:
        """Versions of the source package, newest first."""
        out = subprocess.run(["apt-cache", *self.options(), "showsrc", "--only-source", package],
                             capture_output=True, text=True, check=False).stdout
        versions = re.findall(r"^Version: (\S+)", out, re.M)
        unique = list(dict.fromkeys(versions))
        for i in range(len(unique)):
            for j in range(i + 1, len(unique)):
                if subprocess.run(["dpkg", "--compare-versions", unique[i], "lt", unique[j]],
                                  check=False).returncode == 0:
                    unique[i], unique[j] = unique[j], unique[i]
        return unique

    def source(self, package: str, version: str, folder: Path, log) -> Path:
        """Download a source package; returns its .dsc."""
        folder.mkdir(parents=True, exist_ok=True)
        _call(["apt-get", "-q", *self.options(), "source", "--download-only", "--only-source",
               f"{package}={version}"], log, cwd=folder)
        # The epoch is not in file names.
        dsc = folder / f"{package}_{version.split(':')[-1]}.dsc"
        if not dsc.exists():
            raise AptError(f"{dsc.name} was not downloaded")
        return dsc

    def package(self, spec: str, folder: Path, log) -> Path:
        """Download a .deb from these lists."""
        return _download(spec, folder, log, self.options())


def own_sources() -> PrivateLists:
    """Source lists of the machine's own suites."""
    text = "".join(o.line("deb-src") for o in origins())
    return PrivateLists("own", text)


def suite_lists(suite: str, kind: str = "deb-src") -> PrivateLists:
    """Lists of another suite from the mirror of the machine's own release."""
    base = next(o for o in origins() if o.suite == codename())
    return PrivateLists(f"{suite}-{kind}", base.line(kind, suite))


def unpack_source(dsc: Path, dest: Path, log) -> None:
    """dpkg-source -x, so that the distribution's patches are applied."""
    tmp = dest.with_name(dest.name + ".unpack")
    shutil.rmtree(tmp, ignore_errors=True)
    shutil.rmtree(dest, ignore_errors=True)
    _call(["dpkg-source", "-x", str(dsc), str(tmp)], log)
    tmp.rename(dest)
