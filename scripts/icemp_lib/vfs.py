# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""VFs in the guest: enabled by vfio-pci on our PF, given to a driver.

    vm.bind(pf)
    bdfs = vfs.enable(vm, pf, 8)
    pmd = vm.testpmd(f"-a {pf} {vfs.TOKEN}", …)          # the PF's application
    vf = vm.testpmd(vfs.eal(bdfs), …, plugin=False)      # net_iavf, beside it
"""

#: vfio-pci lets a VF's user in who knows what the PF's user chose.
TOKEN = "--vfio-vf-token=3d9e46a1-6a0c-4c8e-9d52-8b1f1c1ce3e7"


def enable(vm, pf: str, count: int) -> list[str]:
    """Enable that many VFs of a PF bound to vfio-pci; their addresses, by VF.

    They get no driver by themselves, but to vfio-pci they may be bound.
    """
    vm.run("echo Y > /sys/module/vfio_pci/parameters/enable_sriov && "
           f"cd /sys/bus/pci/devices/{pf} && echo 0 > sriov_drivers_autoprobe && "
           f"echo {count} > sriov_numvfs", timeout=30 + count)
    return addresses(vm, pf)


def addresses(vm, pf: str) -> list[str]:
    """Addresses of the VFs that are enabled, by VF."""
    text = vm.run(f"cd /sys/bus/pci/devices/{pf}; n=0; while [ -e virtfn$n ]; do "
                  "basename $(readlink virtfn$n); n=$((n + 1)); done").output
    return text.split()


def disable(vm, pf: str) -> None:
    """Take all VFs away."""
    vm.run(f"echo 0 > /sys/bus/pci/devices/{pf}/sriov_numvfs", timeout=60)


def eal(bdfs: list[str], prefix: str = "vf") -> str:
    """EAL arguments of an application on VFs, beside the PF's."""
    allow = " ".join(f"-a {b}" for b in bdfs)
    return f"-l 0,1 --file-prefix={prefix} {TOKEN} {allow}"
