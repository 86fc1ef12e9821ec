# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp bench vm: our device and driver beside QEMU's NICs and beside net_ice.

Two ports are joined by a hub; testpmd forwards between them in io mode what
"start tx_first" has put in circulation. Same QEMU, same kernel, same testpmd,
one after the other in one run.

Without KVM every vector instruction of the guest is a call of QEMU's: what would
be compared is how many each driver needs, which says nothing about a processor
that has them. There all drivers are told to do without.

With --instructions each runs once more on a processor that executes one
instruction per nanosecond of the guest's time: what passes of it per packet is
what the guest executes, its vain polls included.
"""

import json
import re
import sys
import time
from typing import NamedTuple

from . import bench_native, bench_scale, ddp_package, image, qemu_build, setup, vm_cmd
from .errors import BenchError
from .vm import VM

NETDEVS = ["hubport,id=net0,hubid=0", "hubport,id=net1,hubid=0"]


class Contender(NamedTuple):
    """NICs with two ports in all, and their driver.

    key: in the JSON object; what: for the reader.
    """

    key: str
    what: str
    devices: tuple[str, ...]
    plugin: bool = False
    ddp: bool = False


def _pair(device: str) -> tuple[str, ...]:
    return tuple(device.format(i) for i in (0, 1))


_TWO_PFS = _pair(vm_cmd.device(1, ["net{}"]))
#: Ours comes last: what it is compared with is known then.
CONTENDERS = (
    Contender("igb", "igb, two of QEMU's", _pair("igb,netdev=net{}")),
    Contender("virtio_net", "net_virtio, two of QEMU's", _pair(
        "virtio-net-pci,netdev=net{},disable-legacy=on,iommu_platform=on")),
    Contender("net_ice", "net_ice, two PFs of one port", _TWO_PFS, ddp=True),
    Contender("ice_mp_two_pfs", "ours, two PFs of one port", _TWO_PFS, plugin=True),
    Contender("ice_mp", "ours, one PF of two ports", (vm_cmd.device(2, ["net0", "net1"]),),
              plugin=True),
)
#: EAL's option by which drivers take their scalar paths.
_SCALAR = "--force-max-simd-bitwidth=64 "
#: One instruction per nanosecond, processors in turns.
_COUNTING = {"accel": "tcg,thread=single", "extra": ["-icount", "shift=0,sleep=off"]}


def _counters(pmd, ports: int) -> tuple[float, list[tuple[int, int]]]:
    """(time, [(rx, tx) by ethdev]) as testpmd's port statistics have them."""
    text = pmd.cmd("show port stats all")
    now = time.monotonic()
    rx = [int(n) for n in re.findall(r"RX-packets: (\d+)", text)]
    tx = [int(n) for n in re.findall(r"TX-packets: (\d+)", text)]
    if len(rx) != ports or len(tx) != ports:
        raise BenchError(f"unexpected statistics:\n{text}")
    return now, list(zip(rx, tx))


def _start(vm, who: Contender, args):
    """testpmd, forwarding."""
    bdfs = [vm.bdf(f"dev{i}") for i in range(len(who.devices))]
    if who.ddp:
        vm.run(f"mkdir -p {ddp_package.FOLDER}")
        vm.put(ddp_package.PATH, ddp_package.package())
    vm.bind(*bdfs)
    eal = "-l 0,1 " + (_SCALAR if args.accel == "tcg" else "")
    pmd = vm.testpmd(eal + " ".join(f"-a {b}" for b in bdfs),
                     "--nb-cores=1 --forward-mode=io --rxd=512 --txd=512", plugin=who.plugin)
    for port in (0, 1):
        # Frames in circulation have testpmd's own destination addresses.
        pmd.cmd(f"set promisc {port} on")
    pmd.cmd(f"start tx_first {args.bursts}")
    time.sleep(args.warmup)
    return pmd


def _machine(who: Contender, **how) -> VM:
    return VM(who.devices, NETDEVS, files=image.project_files() if who.plugin else {}, **how)


def _end(vm, pmd) -> None:
    pmd.cmd("stop")
    pmd.close()
    problems = vm.dmesg_problems()
    if problems:
        raise BenchError("the guest's kernel complains: " + problems[0])


def _measure(who: Contender, args) -> dict:
    """Packets per second received, by port, in a fresh VM."""
    with _machine(who, accel=args.accel) as vm:
        pmd = _start(vm, who, args)
        rounds = []
        t0, before = _counters(pmd, 2)
        for _ in range(args.rounds):
            time.sleep(args.seconds / args.rounds)
            t1, after = _counters(pmd, 2)
            rounds.append([(a[0] - b[0]) / (t1 - t0) for a, b in zip(after, before)])
            t0, before = t1, after
        _end(vm, pmd)
    totals = sorted(sum(r) for r in rounds)
    if totals[0] <= 0:
        raise BenchError("no packet is in circulation")
    return {
        "pps": round(totals[len(totals) // 2]),
        "pps_min": round(totals[0]),
        "pps_max": round(totals[-1]),
        "ports_pps": [round(sum(r[i] for r in rounds) / len(rounds)) for i in (0, 1)],
    }


def _instructions(who: Contender, args) -> float:
    """That the guest executes per packet received."""
    def uptime(vm) -> float:
        return float(vm.run("cat /proc/uptime").output.split()[0])
    with _machine(who, **_COUNTING) as vm:
        pmd = _start(vm, who, args)
        t0, (_, before) = uptime(vm), _counters(pmd, 2)
        time.sleep(args.seconds)
        t1, (_, after) = uptime(vm), _counters(pmd, 2)
        _end(vm, pmd)
    packets = sum(a[0] - b[0] for a, b in zip(after, before))
    if packets <= 0:
        raise BenchError("no packet is in circulation")
    return round((t1 - t0) * 1e9 / packets)


def vm_bench(args) -> int:
    """icemp bench vm."""
    out = sys.stderr if args.json else sys.stdout
    setup.run(out=out)
    if not qemu_build.has_device("pci-ice-mp") or not any(
            g.endswith("/librte_net_ice_mp.so") for g in image.project_files()):
        raise BenchError("device or plug-in is not built: run './icemp setup'")
    result: dict = {}
    print(f"Two ports on a hub, testpmd io, {args.seconds:g} s each:", file=out, flush=True)
    for who in CONTENDERS:
        r = result[who.key] = _measure(who, args)
        line = (f"{who.what:28} {r['pps'] / 1e3:8.1f} kpps in total (median of {args.rounds}; "
                f"{r['pps_min'] / 1e3:.1f} … {r['pps_max'] / 1e3:.1f})")
        if args.instructions:
            r["instructions"] = _instructions(who, args)
            line += f", {r['instructions']} instructions per packet"
        print(line, file=out, flush=True)
    result["ratio"] = round(result["ice_mp"]["pps"] / result["igb"]["pps"], 2)
    result["ratio_net_ice"] = round(result["ice_mp_two_pfs"]["pps"]
                                    / result["net_ice"]["pps"], 2)
    print(f"ours beside igb: {result['ratio']:.2f}; beside net_ice on the same devices: "
          f"{result['ratio_net_ice']:.2f}", file=out)
    if args.json:
        print(json.dumps(result))
    return 0


def main(args) -> int:
    """icemp bench."""
    if args.what == "native":
        return bench_native.native_bench(args)
    if args.what == "scale":
        return bench_scale.scale_bench(args)
    return vm_bench(args)
