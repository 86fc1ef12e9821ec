# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp bench vm: our device and driver beside a pair of QEMU's igb.

Two ports are joined by a hub; testpmd forwards between them in io mode what
"start tx_first" has put in circulation. Same QEMU, same kernel, same testpmd,
one after the other in one run.
"""

import json
import re
import sys
import time

from . import image, qemu_build, setup, vm_cmd
from .vm import VM

NETDEVS = ["hubport,id=net0,hubid=0", "hubport,id=net1,hubid=0"]


class BenchError(Exception):
    """A measurement that means nothing; the text says why."""


def _counters(pmd, ports: int) -> tuple[float, list[tuple[int, int]]]:
    """(time, [(rx, tx) by ethdev]) as testpmd's port statistics have them."""
    text = pmd.cmd("show port stats all")
    now = time.monotonic()
    rx = [int(n) for n in re.findall(r"RX-packets: (\d+)", text)]
    tx = [int(n) for n in re.findall(r"TX-packets: (\d+)", text)]
    if len(rx) != ports or len(tx) != ports:
        raise BenchError(f"unexpected statistics:\n{text}")
    return now, list(zip(rx, tx))


def _measure(devices: list[str], args, plugin: bool) -> dict:
    """Packets per second received, by port, in a fresh VM."""
    files = image.project_files() if plugin else {}
    with VM(devices, NETDEVS, accel=args.accel, files=files) as vm:
        bdfs = [vm.bdf(f"dev{i}") for i in range(len(devices))]
        vm.bind(*bdfs)
        pmd = vm.testpmd("-l 0,1 " + " ".join(f"-a {b}" for b in bdfs),
                         "--nb-cores=1 --forward-mode=io --rxd=512 --txd=512", plugin=plugin)
        for port in (0, 1):
            # Frames in circulation have testpmd's own destination addresses.
            pmd.cmd(f"set promisc {port} on")
        pmd.cmd(f"start tx_first {args.bursts}")
        time.sleep(args.warmup)
        rounds = []
        t0, before = _counters(pmd, 2)
        for _ in range(args.rounds):
            time.sleep(args.seconds / args.rounds)
            t1, after = _counters(pmd, 2)
            rounds.append([(a[0] - b[0]) / (t1 - t0) for a, b in zip(after, before)])
            t0, before = t1, after
        pmd.cmd("stop")
        pmd.close()
        problems = vm.dmesg_problems()
    if problems:
        raise BenchError("the guest's kernel complains: " + problems[0])
    totals = sorted(sum(r) for r in rounds)
    if totals[0] <= 0:
        raise BenchError("no packet is in circulation")
    return {
        "pps": round(totals[len(totals) // 2]),
        "pps_min": round(totals[0]),
        "pps_max": round(totals[-1]),
        "ports_pps": [round(sum(r[i] for r in rounds) / len(rounds)) for i in (0, 1)],
    }


def vm_bench(args) -> int:
    """icemp bench vm."""
    out = sys.stderr if args.json else sys.stdout
    setup.run(out=out)
    result: dict = {"igb": None, "ice_mp": None, "ratio": None}

    def show(name: str, r: dict) -> None:
        print(f"{name:8} {r['pps'] / 1e3:8.1f} kpps in total (median of {args.rounds}; "
              f"{r['pps_min'] / 1e3:.1f} … {r['pps_max'] / 1e3:.1f})", file=out, flush=True)

    print(f"Two ports on a hub, testpmd io, {args.seconds:g} s each:", file=out, flush=True)
    result["igb"] = _measure([f"igb,netdev=net{i}" for i in (0, 1)], args, plugin=False)
    show("igb", result["igb"])
    if qemu_build.has_device("pci-ice-mp") and any(
            g.endswith("/librte_net_ice_mp.so") for g in image.project_files()):
        result["ice_mp"] = _measure([vm_cmd.device(2, ["net0", "net1"])], args, plugin=True)
        show("ice_mp", result["ice_mp"])
        result["ratio"] = round(result["ice_mp"]["pps"] / result["igb"]["pps"], 2)
        print(f"ratio    {result['ratio']:8.2f}", file=out)
    else:
        print("ice_mp   device or plug-in is not built", file=out)
    if args.json:
        print(json.dumps(result))
    return 0 if result["ice_mp"] is not None else 1


def main(args) -> int:
    """icemp bench."""
    return vm_bench(args)
