# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""QEMU with our device: the distribution's source package plus our files.

In QEMU's tree our files are laid out as

    hw/net/ice_mp/          qemu/hw/net/ice_mp/ of this checkout
    hw/net/ice_mp/core/     qemu/core/
    hw/net/ice_mp/hw/       drivers/net/ice_mp/hw/

and qemu/hooks.patch (two lines: Kconfig and meson.build of hw/net) makes
QEMU's build see them. The tree lives in the cache; its name holds a hash of
the source version, the configure options and the hooks. A change of our files
is copied file by file, and ninja rebuilds what depends on it.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from . import apt, paths
from .steps import call

OPTIONS = [
    "--target-list=x86_64-softmmu", "--without-default-features", "--enable-tcg",
    "--enable-system", "--enable-kvm", "--disable-docs", "--disable-user",
    "--disable-install-blobs", "--disable-werror",
]
#: The series our glue is written for.
SERIES = r"(?:\d+:)?10\.0\."
HOOKS = paths.REPO / "qemu" / "hooks.patch"
GLUE = paths.REPO / "qemu" / "hw" / "net" / "ice_mp"
#: (folder in the checkout, folder in QEMU's tree)
OURS = (
    (GLUE, "hw/net/ice_mp"),
    (paths.REPO / "qemu" / "core", "hw/net/ice_mp/core"),
    (paths.REPO / "drivers" / "net" / "ice_mp" / "hw", "hw/net/ice_mp/hw"),
)
ROMS = ("linuxboot_dma.bin", "kvmvapic.bin")


def _root() -> Path:
    return paths.cache() / "qemu"


def find() -> Path | None:
    """The QEMU that setup built, or None; ICEMP_QEMU names another."""
    if os.environ.get("ICEMP_QEMU"):
        return Path(os.environ["ICEMP_QEMU"])
    link = _root() / "current"
    binary = link / "build" / "qemu-system-x86_64"
    return binary.resolve() if binary.exists() else None


def firmware_dirs(qemu: Path) -> list[Path]:
    """Folders for -L: the distribution's BIOS, and the boot ROM built with QEMU."""
    return [Path("/usr/share/seabios"), qemu.parent / "icemp-roms"]


# Source

def _versions(log):
    """(lists, suite, version) to try, in order."""
    name = apt.codename()
    for suite in dict.fromkeys((f"{name}-backports", "trixie", name)):
        try:
            lists = apt.suite_lists(suite)
            lists.update(log)
        except apt.AptError as err:
            log.write(f"suite {suite}: {err}\n")
            continue
        for version in lists.source_versions("qemu"):
            if re.match(SERIES, version):
                yield lists, suite, version


def _fetch(log) -> tuple[Path, str]:
    """Download the source package; (.dsc, suite it came from)."""
    folder = _root() / "download"
    tried = []
    for lists, suite, version in _versions(log):
        try:
            return lists.source("qemu", version, folder, log), suite
        except apt.AptError as err:
            # A mirror's index may list what the mirror does not have.
            log.write(f"qemu {version} from {suite}: {err}; trying the next suite\n")
            tried.append(f"{version} in {suite}")
    raise apt.AptError("no QEMU 10.0 source package can be had"
                       + (f" (tried {', '.join(tried)})" if tried else ""))


def source(log) -> str:
    """Get and unpack the source package unless it is there; returns a remark."""
    marker = _root() / "source"
    if marker.exists() and (_root() / marker.read_text().split()[0]).is_dir():
        return "qemu " + " from ".join(marker.read_text().split()[:2])
    _root().mkdir(exist_ok=True)
    dsc, suite = _fetch(log)
    version = dsc.stem.split("_", 1)[1]
    apt.unpack_source(dsc, _root() / f"src-{version}", log)
    marker.write_text(f"src-{version} {suite}\n")
    shutil.rmtree(dsc.parent)
    return f"qemu {version} from {suite}"


def _pristine() -> Path:
    return _root() / (_root() / "source").read_text().split()[0]


# Meson

def _meson_version(env) -> tuple[int, ...]:
    try:
        text = subprocess.run(["meson", "--version"], env=env, capture_output=True, text=True,
                              check=False).stdout
    except OSError:
        return (0,)
    return tuple(int(n) for n in re.findall(r"\d+", text)[:2])


def build_env(log) -> dict[str, str]:
    """An environment in which meson is new enough for QEMU (1.5)."""
    # Only the distribution's tools: whatever else is in PATH is not for us.
    env = {**os.environ, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
    env.pop("PYTHONPATH", None)
    if _meson_version(env) >= (1, 5):
        return env
    folder = paths.cache() / "meson"
    if not (folder / "usr" / "bin" / "meson").exists():
        suite = f"{apt.codename()}-backports"
        lists = apt.suite_lists(suite, "deb")
        lists.update(log)
        deb = lists.package(f"meson/{suite}", paths.cache() / "download", log)
        shutil.rmtree(folder, ignore_errors=True)
        call(["dpkg-deb", "-x", deb, folder], log)
        deb.unlink()
    env["PATH"] = f"{folder}/usr/bin:{env['PATH']}"
    env["PYTHONPATH"] = str(folder / "usr/lib/python3/dist-packages")
    return env


# Our files

def _sync(src: Path, dest: Path) -> tuple[int, bool]:
    """Make dest's files equal to src's, touching only what differs.

    Folders of dest that src lacks are left alone (they have another source).
    Returns how many files changed, and whether any came or went.
    """
    changed = 0
    listing = False
    dest.mkdir(parents=True, exist_ok=True)
    wanted = {}
    for path in sorted(src.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            wanted[path.relative_to(src)] = path
    for rel, path in wanted.items():
        target = dest / rel
        data = path.read_bytes()
        if target.is_symlink() or not target.exists() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            listing = listing or not target.exists()
            target.unlink(missing_ok=True)
            target.write_bytes(data)
            changed += 1
    folders = {rel.parent for rel in wanted}
    for folder in folders:
        for target in (dest / folder).iterdir():
            if target.is_file() and target.relative_to(dest) not in wanted:
                target.unlink()
                changed += 1
                listing = True
    return changed, listing


def _sync_ours(tree: Path) -> int:
    """Bring our files into the tree; how many changed."""
    total = 0
    again = False
    for src, rel in OURS:
        changed, listing = _sync(src, tree / "src" / rel)
        total += changed
        again = again or listing
    if again:
        # The list of the core's files is made when meson configures.
        (tree / "src" / OURS[0][1] / "meson.build").touch()
    return total


def _with_device() -> bool:
    core = paths.REPO / "qemu" / "core"
    return HOOKS.exists() and (GLUE / "meson.build").exists() and any(core.glob("*.c"))


def _key() -> str:
    return paths.digest(_pristine().name, OPTIONS, HOOKS.read_text())


def _tree(log) -> Path:
    """The tree for this configuration: a copy of the package, and the hooks."""
    tree = _root() / _key()
    if not (tree / "src").exists():
        tree.mkdir(parents=True, exist_ok=True)
        tmp = tree / "src.tmp"
        shutil.rmtree(tmp, ignore_errors=True)
        call(["cp", "-a", "--reflink=auto", _pristine(), tmp], log)
        tmp.rename(tree / "src")
    if _with_device() and not (tree / "hooked").exists():
        call(["patch", "-d", tree / "src", "-p1", "--forward", "-i", HOOKS], log)
        (tree / "hooked").touch()
    return tree


def _roms(tree: Path, log) -> None:
    """Build the boot ROMs: QEMU needs one to start a -kernel.

    Its own build wants a cross compiler for them; plain gcc -m32 does.
    """
    out = tree / "build" / "icemp-roms"
    if all((out / rom).exists() for rom in ROMS):
        return
    out.mkdir(parents=True, exist_ok=True)
    src = tree / "src"
    (out / "config.mak").write_text(
        f"TOPSRC_DIR={src}\nCC=gcc -m32\nOBJCOPY=objcopy\nPYTHON=/usr/bin/python3\n")
    call(["make", "-C", out, "-f", src / "pc-bios/optionrom/Makefile", *ROMS], log)


def build(log) -> str:
    """Configure if needed, copy our files, run ninja; returns a remark."""
    with paths.locked("qemu"):
        tree = _tree(log)
        changed = _sync_ours(tree) if _with_device() else 0
        env = build_env(log)
        bdir = tree / "build"
        if not (bdir / "build.ninja").exists():
            bdir.mkdir(exist_ok=True)
            call([tree / "src" / "configure", "--python=/usr/bin/python3", *OPTIONS], log,
                 cwd=bdir, env=env)
        call(["nice", "ninja", "-C", bdir, "qemu-system-x86_64"], log, env=env)
        _roms(tree, log)
        link = _root() / "current"
        if not link.exists() or link.resolve() != tree:
            tmp = _root() / f"current.{os.getpid()}"
            tmp.symlink_to(tree.name)
            tmp.rename(link)
    if not _with_device():
        return "without our device: its sources are not complete yet"
    return f"{changed} of our files changed" if changed else ""


def variant(path: Path, rel: str, out: Path, log) -> Path:
    """The built QEMU with another version of one of our C files.

    path: that version; rel: which file of the checkout it replaces; out: a
    folder for what is made. What setup built stays as it is. The binary's path.
    """
    build = (_root() / "current" / "build").resolve()
    have = json.loads(subprocess.run(["ninja", "-t", "compdb", "-x"], cwd=build, check=True,
                                     capture_output=True, text=True).stdout)
    known = {e["output"]: e for e in have}
    inside = next(f"{dest}/{(paths.REPO / rel).relative_to(src)}" for src, dest in OURS
                  if (paths.REPO / rel).is_relative_to(src))
    was = next(e["output"] for e in have if e["file"].endswith("src/" + inside)
               and e["output"].endswith(".o"))
    out.mkdir(parents=True, exist_ok=True)
    made, binary = out / "changed.o", out / "qemu-system-x86_64"
    compiler = shlex.split(known[was]["command"])
    for option, value in (("-o", made), ("-MF", out / "changed.d"), ("-c", path)):
        compiler[compiler.index(option) + 1] = str(value)
    # Its neighbours are beside it; what else is ours is in QEMU's tree.
    call([*compiler, "-Wno-error", "-iquote", build.parent / "src" / OURS[0][1]], log, cwd=build)
    linker = [{was: str(made), binary.name: str(binary)}.get(a, a)
              for a in shlex.split(known[binary.name]["command"])]
    call([*linker, "-s"], log, cwd=build)
    roms = firmware_dirs(binary)[-1]
    if not roms.exists():
        roms.symlink_to(build / roms.name)
    return binary


def has_device(name: str, qemu: Path | None = None) -> bool:
    """Whether the built QEMU knows a device."""
    qemu = qemu or find()
    if qemu is None:
        return False
    out = subprocess.run([qemu, "-M", "none", "-device", "help"], capture_output=True, text=True,
                         check=False).stdout
    return f'name "{name}"' in out
