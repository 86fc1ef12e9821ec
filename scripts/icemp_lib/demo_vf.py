# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp demo --vfs: traffic through every VF of the ports, and the ports too.

net_iavf: the VFs run in a testpmd of their own beside the PF's; every address,
of ports and VFs, sends back what it gets, and each bit is compared. iavf: each
VF is a netdev of the guest's kernel, which the host pings.
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor

from . import demo, netns, vfs
from .lanes import Lane, Lanes
from .traffic import Traffic

#: What a VF takes without being configured for more.
MAX_FRAME = 1514
#: A VF hears of its link after its queues are on.
LINK_TIMEOUT = 10.0


def lport_of(vf: int, ports: int) -> int:
    """The port of a VF as the device has it by default."""
    return vf % ports


def _entry(vf: int, ports: int, driver: str) -> dict:
    return {"vf": vf, "lport": lport_of(vf, ports), "driver": driver, "link": "down",
            "offered": 0, "delivered": 0, "lost": 0}


def macs(pmd, count: int) -> list[bytes]:
    """Addresses of a testpmd's ports, by DPDK number."""
    found = []
    for i in range(count):
        m = re.search(r"^MAC address: (\S+)$", pmd.cmd(f"show port info {i}"), re.M)
        found.append(bytes.fromhex(m[1].replace(":", "")))
    return found


def _links(pmd, count: int) -> list[str]:
    """"up" or "down" of a testpmd's ports; waits for the last one."""
    end = time.monotonic() + LINK_TIMEOUT
    while True:
        text = pmd.cmd("show port summary all")
        links = re.findall(r"^\d+\s.*\s(up|down)\s", text, re.M)
        if (len(links) == count and "down" not in links) or time.monotonic() > end:
            return links
        time.sleep(0.1)


def _account(result: dict, entry: dict, lane: Lane) -> None:
    """What became of a lane's frames; what an entry has no room for is a problem."""
    count = lane.count
    for key in ("offered", "delivered", "lost", "corrupted", "reordered"):
        if key in entry:
            entry[key] = getattr(count, key)
    for key in ("corrupted", "reordered", "duplicated"):
        if key not in entry and getattr(count, key):
            who = f"vf {entry['vf']}" if "vf" in entry else f"port {entry['lport']}"
            result["problems"].append(f"{who}: {key} {getattr(count, key)}")


def traffic(args, out, result: dict) -> None:
    """Frames to every port and every VF, each of which sends them back."""
    with Traffic(args.ports, max_size=MAX_FRAME) as gen:
        with demo.machine(args.ports, gen, args.accel, nb_vfs=args.vfs) as vm:
            result["boot_seconds"] = round(vm.boot_seconds, 2)
            gen.opened()
            pf = vm.bdf(demo.DEVICE)
            vm.bind(pf)
            bdfs = vfs.enable(vm, pf, args.vfs)
            print(f"Guest up after {vm.boot_seconds:.1f} s; VFs {', '.join(bdfs)}", file=out,
                  flush=True)
            eal, app = demo.testpmd_args(args.ports, "macswap", "loop")
            pmd = vm.testpmd(f"{eal} -a {pf} {vfs.TOKEN}", app)
            names = demo.ethdev_names(pmd, args.ports)
            demo.wait_links(vm, args.ports)
            vf_pmd = vm.testpmd(vfs.eal(bdfs), "--forward-mode=macswap --nb-cores=1 "
                                f"--total-num-mbufs={4096 + 1024 * args.vfs} --port-topology=loop",
                                plugin=False, timeout=60 + 2 * args.vfs)
            for app in (pmd, vf_pmd):
                app.cmd("set promisc all off")
                app.ok("start")
            entries = [_entry(v, args.ports, "net_iavf") for v in range(args.vfs)]
            for entry, link in zip(entries, _links(vf_pmd, args.vfs)):
                entry["link"] = link
            port_macs = macs(pmd, args.ports)
            lanes = [Lane(i, i, port_macs[names[i][0]], MAX_FRAME) for i in range(args.ports)]
            lanes += [Lane(args.ports + e["vf"], e["lport"], mac, MAX_FRAME)
                      for e, mac in zip(entries, macs(vf_pmd, args.vfs))]
            run = Lanes(gen, lanes)
            monitor = demo.Monitor(vm, args.ports, lambda i: 0)
            table = demo.Table(out)
            t0 = time.monotonic()
            run.run(args.seconds, lambda: table.show(monitor.rows()))
            seconds = time.monotonic() - t0
            run.drain(demo.DRAIN)
            for lane in lanes:
                if lane.number < args.ports:
                    entry = demo.port_entry(lane.lport)
                    entry["pps"] = round(lane.count.delivered / seconds, 1)
                    result["ports"].append(entry)
                else:
                    entry = entries[lane.number - args.ports]
                _account(result, entry, lane)
            for lport, nb in run.strays.items():
                if nb:
                    result["problems"].append(f"port {lport}: {nb} frames of nobody")
            result["vfs"] = entries
            vf_pmd.cmd("stop")
            vfs.end(vf_pmd)
            demo.end(vm, pmd, names, result)


def ping(args, out, result: dict) -> None:
    """The host's ping to every port (icmpecho) and to every VF (kernel)."""
    count = max(5, round(args.seconds / 0.2))
    with netns.Taps(args.ports) as taps:
        with demo.machine(args.ports, taps, args.accel, nb_vfs=args.vfs, flavour="full") as vm:
            result["boot_seconds"] = round(vm.boot_seconds, 2)
            taps.opened()
            pf = vm.bdf(demo.DEVICE)
            vm.bind(pf)
            bdfs = vfs.enable(vm, pf, args.vfs)
            print(f"Guest up after {vm.boot_seconds:.1f} s; VFs {', '.join(bdfs)}", file=out,
                  flush=True)
            eal, app = demo.testpmd_args(args.ports, "icmpecho")
            pmd = vm.testpmd(f"{eal} -a {pf} {vfs.TOKEN}", app)
            names = demo.ethdev_names(pmd, args.ports)
            demo.wait_links(vm, args.ports)
            pmd.cmd("set promisc all off")
            pmd.ok("start")
            vm.run("modprobe iavf")
            vm.bind(*bdfs, driver="iavf")
            entries = [_entry(v, args.ports, "iavf") for v in range(args.vfs)]
            netdevs = [vfs.Netdev(vm, vf, bdf) for vf, bdf in enumerate(bdfs)]
            for entry, netdev in zip(entries, netdevs):
                netdev.up(taps, entry["lport"])
            for entry, netdev in zip(entries, netdevs):
                entry["link"] = "up" if netdev.wait_carrier(True, LINK_TIMEOUT) else "down"
            t0 = time.monotonic()
            with ThreadPoolExecutor(args.ports + args.vfs) as pool:
                ports = pool.map(lambda i: taps.ping(i, count, 0.2), range(args.ports))
                to_vfs = pool.map(lambda e: taps.ping(e["lport"], count, 0.2, address=netns
                                                      .vf_address(e["lport"], e["vf"])), entries)
                result["ping"] = list(ports)
                answers = list(to_vfs)
            seconds = time.monotonic() - t0
            for answer in result["ping"]:
                entry = demo.port_entry(answer["lport"])
                entry.update(offered=answer["sent"], delivered=answer["received"],
                             lost=answer["sent"] - answer["received"],
                             pps=round(answer["received"] / seconds, 1))
                result["ports"].append(entry)
            for entry, answer in zip(entries, answers):
                entry.update(offered=answer["sent"], delivered=answer["received"],
                             lost=answer["sent"] - answer["received"])
                print(f"vf {entry['vf']} of port {entry['lport']}: {answer['received']} of "
                      f"{answer['sent']} answered", file=out, flush=True)
            result["vfs"] = entries
            demo.end(vm, pmd, names, result)
