# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The guest image: an initramfs made from the machine's installed files.

The base (busybox, testpmd, DPDK's libraries and drivers, kernel modules, our
tools) is cached by a hash of everything in it. What changes from run to run
(plug-in, autotest program) is a second small archive that is appended to it:
the kernel unpacks concatenated archives in order. Neither is compressed: a
copy is cheaper for an emulated CPU.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import paths
from .cpio import Archive
from .kernel import Kernel

GUEST = paths.REPO / "test" / "guest"
#: Guest path → source of what runs there on our behalf.
TOOLS = {
    "/sbin/ice_agent": GUEST / "agent" / "ice_agent.c",
    "/usr/bin/telemetry": GUEST / "agent" / "telemetry.c",
    "/usr/bin/udp_gso": GUEST / "agent" / "udp_gso.c",
}
#: Where the plug-in is in the guest; EAL refuses world-writable folders.
PLUGIN_DIR = "/usr/lib/ice_mp"

PROGRAMS = ("dpdk-testpmd", "dpdk-proc-info", "ip", "ethtool", "tc", "devlink", "lspci",
            "setpriv", "iperf3")
REQUIRED = ("dpdk-testpmd", "ip")
#: Drivers the distribution's testpmd gets in the guest. Loading all 130 of
#: them takes the emulated CPU several seconds at every start.
PMDS = (
    "bus_auxiliary", "bus_pci", "bus_vdev", "common_iavf", "mempool_ring",
    "mempool_stack", "net_bond", "net_e1000", "net_iavf", "net_ice", "net_igc",
    "net_ixgbe", "net_null", "net_pcap", "net_ring", "net_tap", "net_vhost",
    "net_virtio",
)
MODULES = (
    "virtio_pci", "virtio_console", "vfio", "vfio_iommu_type1", "vfio_pci",
    "virtio_net", "tun", "vhost_net", "bridge", "veth", "uio_pci_generic",
    # Only in the full flavour:
    "ice", "iavf", "igb", "8021q", "9pnet_virtio", "9p",
)


#: How long a base image stays in the cache when nobody uses it, s.
KEPT_S = 6 * 3600


class ImageError(Exception):
    """The image cannot be made; the text says what is missing."""


def _which(name: str) -> Path | None:
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    return Path(found) if found else None


def libraries(files: list[Path]) -> set[Path]:
    """The shared libraries `files` need, as the host's loader finds them."""
    out = subprocess.run(
        ["ldd", *map(str, files)], capture_output=True, text=True, check=False
    ).stdout
    missing = re.findall(r"^\s*(\S+) => not found", out, re.M)
    if missing:
        raise ImageError("libraries not found: " + ", ".join(sorted(set(missing))))
    return {Path(p) for p in re.findall(r"(?:=> |^\s+)(/\S+) \(0x", out, re.M)}


def _pmd_dir() -> Path:
    dirs = sorted(Path("/usr/lib").glob("*/dpdk/pmds-*"))
    if not dirs:
        raise ImageError("no dpdk/pmds-* folder: is the package 'dpdk' installed?")
    return dirs[-1]


def _dpdk_files() -> list[Path]:
    """The .so files of the chosen drivers (whatever their ABI suffix)."""
    folder = _pmd_dir()
    chosen = []
    for name in PMDS:
        chosen += sorted(folder.glob(f"librte_{name}.so*"))
    return chosen


def tool_binary(source: Path) -> Path:
    """One of TOOLS, compiled statically (cached by its source)."""
    out = paths.cache() / f"{source.stem}-{paths.digest(source.read_bytes())}"
    if not out.exists():
        tmp = out.with_suffix(f".{os.getpid()}")
        subprocess.run(
            ["gcc", "-D_GNU_SOURCE", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror",
             "-static", "-s", "-o", str(tmp), str(source)], check=True)
        tmp.rename(out)
    return out


def _inputs(kernel: Kernel) -> tuple[dict[str, Path], list[Path]]:
    """(guest path → host file, kernel modules) of the base image.

    A host file that is a link becomes a link to its final target, at the
    target's own path: a library must be one file in the guest too, or the
    loader maps it once per name.
    """
    files: dict[str, Path] = {}
    binaries: list[Path] = []
    for name in PROGRAMS:
        path = _which(name)
        if path is None:
            if name in REQUIRED:
                raise ImageError(f"{name} is not installed")
            continue
        real = path.resolve()
        files[f"/usr/bin/{name}"] = real
        binaries.append(real)
    for path in _dpdk_files():
        files[str(path)] = path
        binaries.append(path)
    libs = libraries(binaries)
    for lib in libs:
        files[str(lib)] = lib
    # glibc opens this one by name when a thread ends.
    for folder in {lib.parent for lib in libs}:
        if (folder / "libgcc_s.so.1").exists():
            files[str(folder / "libgcc_s.so.1")] = folder / "libgcc_s.so.1"
    busybox = Path("/bin/busybox")
    if not busybox.exists():
        raise ImageError("busybox-static is not installed")
    files["/bin/busybox"] = busybox
    for guest, source in TOOLS.items():
        files[guest] = tool_binary(source)
    files["/init"] = GUEST / "image" / "init"
    files["/usr/sbin/bind"] = GUEST / "image" / "bind"
    files["/etc/profile"] = GUEST / "image" / "profile"
    files["/etc/fstab"] = GUEST / "image" / "fstab"
    pci_ids = Path("/usr/share/misc/pci.ids")
    if pci_ids.exists():
        files["/usr/share/misc/pci.ids"] = pci_ids
    return files, kernel.modules(MODULES)


def _merged(path: str) -> str:
    """/lib is a link to /usr/lib in the guest, as on the host."""
    return "/usr" + path if path.startswith(("/lib/", "/lib64/")) else path


def _stamp(path: Path) -> str:
    """What tells a file from another one; ours are the same in every checkout."""
    st = path.stat()
    if path.is_relative_to(paths.REPO):
        return f"{paths.digest(path.read_bytes())} {st.st_mode & 0o111:o}"
    return f"{path} {st.st_size} {st.st_mtime_ns} {st.st_mode:o}"


_bases: dict[str, Path] = {}


def base(kernel: Kernel) -> Path:
    """The base image for this kernel, made when it is not cached yet.

    A process that starts many VMs looks at the inputs only once.
    """
    known = _bases.get(kernel.release)
    if known is None or not known.exists():
        known = _bases[kernel.release] = _make_base(kernel)
    return known


def _make_base(kernel: Kernel) -> Path:
    files, modules = _inputs(kernel)
    key = paths.digest(
        kernel.release, Path(__file__).read_bytes(),
        *(f"{g} {_stamp(h)}" for g, h in sorted(files.items())),
        *sorted(str(m) for m in modules))
    out = paths.cache() / f"guest-{kernel.flavour}-{key}.cpio"
    if out.exists():
        out.touch()
        return out

    ar = Archive()
    for folder in ("proc", "sys", "dev", "tmp", "run", "root", "etc", "var/run", "mnt"):
        ar.mkdir(folder)
    ar.symlink("/lib", "usr/lib")
    ar.symlink("/lib64", "usr/lib64")
    ar.chardev("/dev/console", 5, 1)
    ar.chardev("/dev/null", 1, 3, 0o666)
    for guest, host in sorted(files.items()):
        real = host.resolve()
        if host.is_symlink() and str(host) == guest:
            ar.file(_merged(str(real)), real)
            if _merged(guest) != _merged(str(real)):
                ar.symlink(_merged(guest), str(real))
        else:
            ar.file(_merged(guest), real)
    names = subprocess.run(["/bin/busybox", "--list-full"], capture_output=True,
                           text=True, check=True).stdout.split()
    for name in names:
        if Path(name).name not in PROGRAMS and Path(name).name != "init":
            ar.symlink(name, "/bin/busybox")
    release_dir = f"/usr/lib/modules/{kernel.release}"
    for mod in modules:
        ar.file(f"{release_dir}/{mod.relative_to(kernel.module_dir)}", mod)
    ar.data(f"{release_dir}/modules.dep", kernel.modules_dep(modules).encode())
    ar.data("/etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n")
    ar.data("/etc/group", b"root:x:0:\n")

    tmp = out.with_suffix(f".{os.getpid()}")
    tmp.write_bytes(ar.tobytes())
    tmp.rename(out)
    for old in paths.cache().glob(f"guest-{kernel.flavour}-*.cpio*"):
        # Not at once: another checkout with the same cache may be using it.
        if old.stat().st_mtime < out.stat().st_mtime - KEPT_S:
            old.unlink(missing_ok=True)
    return out


def project_files(build: Path | None = None) -> dict[str, Path]:
    """Guest path → host file of what this checkout has built so far."""
    build = build or paths.BUILD
    found: dict[str, Path] = {}
    if not build.exists():
        return found
    for path in sorted(build.rglob("librte_*ice_mp*.so")):
        found[f"{PLUGIN_DIR}/{path.name}"] = path
    for path in sorted(build.rglob("dpdk-test-ice_mp")):
        if path.is_file():
            found["/usr/bin/dpdk-test-ice_mp"] = path
    return found


def overlay(files: dict[str, Path]) -> bytes:
    """An archive with `files` (guest path → host file) and their libraries."""
    ar = Archive()
    ar.mkdir(PLUGIN_DIR)
    for guest, host in sorted(files.items()):
        ar.file(guest, host)
    return ar.tobytes()


def build_initramfs(kernel: Kernel, out: Path, files: dict[str, Path]) -> None:
    """Write base + overlay to `out`."""
    with open(out, "wb") as f:
        f.write(base(kernel).read_bytes())
        f.write(overlay(files))
