# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The distribution's packages that the project needs on the host."""

PACKAGES = [
    # Compilers and build tools.
    "gcc", "clang", "ccache", "libclang-rt-14-dev", "llvm-14", "libc6-dev", "make", "patch",
    "meson", "ninja-build", "pkgconf", "python3", "python3-venv", "dpkg-dev", "flex", "bison",
    # DPDK, unmodified.
    "dpdk", "dpdk-dev", "libdpdk-dev", "libnuma-dev", "libpcap-dev",
    # QEMU's libraries and firmware.
    "libglib2.0-dev", "libpixman-1-dev", "zlib1g-dev", "seabios",
    # Guest image and tests.
    "busybox-static", "kmod", "iproute2", "iputils-ping", "ethtool", "pciutils",
    "iperf3", "libsimde-dev", "python3-scapy", "python3-pytest", "valgrind",
]


def for_release(codename: str) -> list[str]:
    """The list with what differs between releases."""
    if codename == "bookworm":
        return PACKAGES
    renamed = {"libclang-rt-14-dev": "libclang-rt-dev", "llvm-14": "llvm"}
    return [renamed.get(p, p) for p in PACKAGES]
