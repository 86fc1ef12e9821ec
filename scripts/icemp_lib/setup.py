# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp setup: everything from nothing to a guest that boots."""

import os
import shutil
import sys
from pathlib import Path

from . import apt, image, kernel, packages, paths, qemu_build, sdk
from .steps import Steps, call


def _packages(log) -> str:
    wanted = packages.for_release(apt.codename())
    todo = apt.missing(wanted)
    apt.install(wanted, log)
    return f"{len(todo)} installed" if todo else "all there"


def _sdk(log) -> str:
    folder = sdk.ensure(log)
    if folder == Path(""):
        return f"DPDK {sdk.version()} brings its own"
    return f"DPDK {sdk.packaged_version()}"


def build_project(log, build: Path | None = None, options=(), compiler: str = "gcc") -> str:
    """Build plug-in, sim, tests and tools of this checkout.

    options, compiler: for a build directory that is new.
    """
    build = build or paths.BUILD
    if not (paths.REPO / "meson.build").exists():
        return "there is no meson.build yet"
    env = {**os.environ, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
           # A clean checkout compiles what another one has compiled before.
           "CC": f"ccache {compiler}", "CCACHE_DIR": str(paths.cache() / "ccache"),
           "CCACHE_NOHASHDIR": "1", "CCACHE_MAXSIZE": "1G"}
    env.pop("PYTHONPATH", None)
    if not (build / "build.ninja").exists():
        # What an interrupted first configuration leaves is of no use.
        shutil.rmtree(build, ignore_errors=True)
        sdk_dir = sdk.find()
        options = list(options)
        if sdk_dir is not None and sdk_dir != Path(""):
            options.append(f"-Ddpdk_sdk={sdk_dir}")
        call(["meson", "setup", build, paths.REPO, *options], log, env=env)
    call(["nice", "ninja", "-C", build], log, env=env)
    return ""


def _image(flavour: str):
    def step(log) -> str:
        kern = kernel.find(flavour)
        out = image.base(kern)
        log.write(f"{out}\n")
        return f"{out.stat().st_size / 1e6:.0f} MB, Linux {kern.release}"
    return step


def _kernel(flavour: str):
    def step(log) -> str:
        return kernel.ensure(flavour, log).release
    return step


def _steps(flavour: str, out, guest: bool) -> Steps:
    steps = Steps(out)
    net = "check the network and the machine's apt configuration ('apt-get update' must work)"
    steps.add("distribution packages", _packages,
              f"run as root or with sudo, and {net}")
    steps.add("DPDK driver headers", _sdk, net)
    if guest:
        steps.add("guest kernel", _kernel(flavour), net)
        steps.add("QEMU source", qemu_build.source, net)
    steps.add("plug-in and tests", build_project,
              f"read the compiler's message above; 'rm -r {paths.BUILD}' starts afresh")
    if guest:
        steps.add("QEMU with the device", qemu_build.build,
                  "read the compiler's message above; "
                  f"'rm -r {paths.cache() / 'qemu'}' starts afresh")
        steps.add("guest image", _image(flavour), "see that the first step passes")
    return steps


def run(flavour: str = "cloud", out=None, guest: bool = True) -> None:
    """All steps; StepFailed with an explanation when one fails.

    guest: False leaves out what only VMs need.
    """
    os.environ["LC_ALL"] = "C.UTF-8"
    _steps(flavour, out or sys.stdout, guest).run()


def main(args) -> int:
    """icemp setup."""
    run(args.kernel)
    return 0
