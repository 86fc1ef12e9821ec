# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp vm: a shell in the guest, the device at hand."""

import sys

from . import image, qemu_build, setup, testpmd
from .vm import VM


def device(ports: int, netdevs: list[str], extra: str = "") -> str:
    """The -device string of our NIC; netdevs: ids, by lport."""
    nets = "".join(f",netdev{i}={n}" for i, n in enumerate(netdevs))
    return f"pci-ice-mp,ports={ports}{nets}{extra}"


def hub_pairs(ports: int) -> tuple[list[str], list[str]]:
    """(-netdev strings, ids): ports joined in pairs; the last odd one is alone."""
    ids = [f"net{i}" for i in range(ports)]
    return [f"hubport,id={n},hubid={i // 2}" for i, n in enumerate(ids)], ids


def _banner(bdf: str, ours: bool) -> str:
    lines = [
        "",
        f"The device is {bdf}, bound to vfio-pci. Ports are joined in pairs (0-1, 2-3, ...).",
        "  " + testpmd.argv(f"-a {bdf}", plugin=ours),
    ]
    if ours:
        lines.append("  dpdk-test-ice_mp            the autotests on the device")
    lines += ["  bind BDF                    give another function to vfio-pci",
              "  poweroff -f                 end", "", ""]
    return "\n".join(lines)


def main(args) -> int:
    """icemp vm."""
    setup.run(args.kernel)
    netdevs, ids = hub_pairs(args.ports)
    ours = qemu_build.has_device("pci-ice-mp")
    if ours:
        devices = [device(args.ports, ids)]
    else:
        print("This QEMU has no pci-ice-mp yet: igb instead.", file=sys.stderr)
        devices = [f"igb,netdev={n}" for n in ids]
    files = image.project_files()
    plugin = ours and any(g.endswith("librte_net_ice_mp.so") for g in files)
    print(f"Booting ({args.kernel} kernel, {args.accel}) … ", end="", flush=True)
    with VM(devices, netdevs, flavour=args.kernel, accel=args.accel, files=files, shell=True,
            mem_mb=1536, hugepages=256) as vm:
        print(f"{vm.boot_seconds:.1f} s")
        bdfs = [vm.bdf(f"dev{i}") for i in range(len(devices))]
        vm.bind(*bdfs)
        vm.put("/run/ready", _banner(" -a ".join(bdfs), plugin).encode())
        return vm.wait_exit()
