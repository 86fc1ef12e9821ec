# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp demo: verified frames, or the host's ping, through every port of a PF.

With --faults the device works a fault script off meanwhile (doc/device.rst). What
is lost then is reported, not judged; in the end every port must forward again.
"""

import contextlib
import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import image, netns, setup, vm_cmd
from .traffic import Traffic, TrafficError
from .vm import VM

DEVICE = "nic"
MAX_FRAME = 9000
#: A burst of the largest window, each frame in five pieces, fits the Tx ring:
#: testpmd drops what does not, and nothing may be lost here.
WINDOW = 192
RXD = TXD = 1024
#: RTE_ETH_TX_OFFLOAD_MULTI_SEGS: what came scattered leaves scattered.
TX_MULTI_SEGS = 0x8000
DRAIN = 10.0
LINK_TIMEOUT = 10.0
#: A recovery takes far less; each port then gets a few batches of new frames.
HEAL_TIMEOUT = 30.0
HEAL_BATCHES = 4
#: testpmd's names of events, as the table shows them.
EVENTS = {"error recovering": "recovering", "error recovery successful": "recovered",
          "error recovery failed": "FAILED", "link state change": "link", "reset": "reset",
          "device removal": "removed"}


class DemoError(Exception):
    """The demo cannot say anything about the ports; the text says why."""


def testpmd_args(ports: int, mode: str, topology: str = "paired") -> tuple[str, str]:
    """(EAL, application) arguments without the device."""
    mbufs = ports * (RXD + TXD + 512) + 2048
    app = (f"--forward-mode={mode} --nb-cores=1 --rxd={RXD} --txd={TXD} "
           f"--total-num-mbufs={mbufs} --max-pkt-len={MAX_FRAME + 18} --enable-scatter "
           f"--tx-offloads={TX_MULTI_SEGS:#x} "
           f"--port-topology={topology}")
    return "-l 0,1", app


def hugepages(ports: int) -> int:
    """2 MB pages for these arguments."""
    return 64 + ports * 16


def ethdev_names(pmd, ports: int) -> dict[int, tuple[int, str]]:
    """lport → (DPDK port id, ethdev name), from "show port summary all"."""
    text = pmd.cmd("show port summary all")
    found = {}
    for m in re.finditer(r"^(\d+)\s+\S+\s+(\S+)\s+\S+\s+(?:up|down)", text, re.M):
        name = m[2]
        lport = re.search(r"_port(\d+)$", name)
        found[int(lport[1]) if lport else 0] = (int(m[1]), name)
    if sorted(found) != list(range(ports)):
        raise DemoError(f"testpmd does not show {ports} ports:\n{text}")
    return found


def port_stats(pmd, port_id: int) -> dict[str, int]:
    """testpmd's port statistics: rx, tx, rx_missed, rx_errors, rx_nombuf, tx_errors."""
    text = pmd.cmd(f"show port stats {port_id}")
    names = {"rx": "RX-packets", "tx": "TX-packets", "rx_missed": "RX-missed",
             "rx_errors": "RX-errors", "rx_nombuf": "RX-nombuf", "tx_errors": "TX-errors",
             "rx_bytes": "RX-bytes", "tx_bytes": "TX-bytes"}
    result = {}
    for key, label in names.items():
        m = re.search(rf"{label}:\s+(\d+)", text)
        if not m:
            raise DemoError(f"no {label} in:\n{text}")
        result[key] = int(m[1])
    return result


def port_xstats(pmd, port_id: int) -> dict[str, int]:
    """testpmd's extended statistics, by name."""
    text = pmd.cmd(f"show port xstats {port_id}")
    return {m[1]: int(m[2]) for m in re.finditer(r"^(\w+): (\d+)\s*$", text, re.M)}


def device_state(vm) -> dict:
    """The device's own report."""
    return json.loads(vm.qom_get(DEVICE, "state"))


def wait_links(vm, ports: int, timeout: float = LINK_TIMEOUT) -> None:
    """Until every link is up; DemoError when one stays down."""
    deadline = time.monotonic() + timeout
    while True:
        down = [p["lport"] for p in device_state(vm)["ports"][:ports] if p["link"] != "up"]
        if not down:
            return
        if time.monotonic() > deadline:
            raise DemoError(f"no link on port(s) {', '.join(map(str, down))}")
        time.sleep(0.05)


class Table:
    """The live table: in place on a terminal, plain lines otherwise."""

    HEAD = f"{'port':>4} {'link':<5}{'rx':>12}{'tx':>12}{'kpps':>9}{'lost':>7}"

    def __init__(self, out) -> None:
        self._out = out
        self._tty = out.isatty()
        self._lines = 0
        self._head = False

    def show(self, rows: list[dict]) -> None:
        """rows: lport, link, rx, tx, pps, lost; event, if there are any to show."""
        lines = [f"{r['lport']:>4} {r['link']:<5}{r['rx']:>12}{r['tx']:>12}"
                 f"{r['pps'] / 1e3:>9.1f}{r['lost']:>7}  {r.get('event', '')}".rstrip()
                 for r in rows]
        if self._tty and self._lines:
            self._out.write(f"\x1b[{self._lines}A")
        if not self._head:
            self._out.write(self.HEAD + "\n")
            self._head = True
        end = "\x1b[K\n" if self._tty else "\n"
        self._out.write("".join(line + end for line in lines))
        self._out.flush()
        self._lines = len(lines)


class Monitor:
    """Rows of the table from the device's counters."""

    def __init__(self, vm, ports: int, lost) -> None:
        self._vm = vm
        self._ports = ports
        self._lost = lost
        self._base = self._read()
        self._last = (time.monotonic(), {i: 0 for i in range(ports)})

    def _read(self) -> dict[int, tuple[str, int, int]]:
        def total(part) -> int:
            return part["uc"] + part["mc"] + part["bc"]
        return {p["lport"]: (p["link"], total(p["rx"]), total(p["tx"]))
                for p in device_state(self._vm)["ports"]}

    def rows(self) -> list[dict]:
        """One row per port; counters since the start, pps since the last call."""
        now = time.monotonic()
        then, before = self._last
        rows, tx_now = [], {}
        for lport, (link, rx, tx) in self._read().items():
            rx -= self._base[lport][1]
            tx -= self._base[lport][2]
            tx_now[lport] = tx
            rows.append({"lport": lport, "link": link, "rx": rx, "tx": tx,
                         "pps": (tx - before[lport]) / max(now - then, 1e-3),
                         "lost": self._lost(lport)})
        self._last = (now, tx_now)
        return rows


class _Faults:
    """A fault script at work, and what the driver tells of it."""

    def __init__(self, vm, pmd, names, path: str) -> None:
        self._pmd = pmd
        self._lport = {number: lport for lport, (number, _) in names.items()}
        self._mark = pmd.process.mark()
        self.path = path
        vm.qom_set(DEVICE, "fault-script", path)

    def told(self) -> dict[int, list[str]]:
        """The driver's events, by lport, in order."""
        found: dict[int, list[str]] = {lport: [] for lport in self._lport.values()}
        for m in re.finditer(r"^Port (\d+): ([\w ]+) event", self._pmd.process.output(self._mark),
                             re.M):
            if int(m[1]) in self._lport:
                found[self._lport[int(m[1])]].append(EVENTS.get(m[2], m[2]))
        return found

    def rows(self, rows: list[dict]) -> list[dict]:
        """The table's, with the last event and how many there were."""
        told = self.told()
        return [{**row, "event": f"{told[row['lport']][-1]} ({len(told[row['lport']])})"
                 if told[row["lport"]] else ""} for row in rows]


def sick_ports(gen, ports: int, settle: float = HEAL_TIMEOUT / 10) -> list[int]:
    """lports into which new frames go and not all of them come out.

    settle: seconds for what is still under way.
    """
    gen.drain(settle)
    deadline = time.monotonic() + HEAL_TIMEOUT
    before = {i: gen.counters(i).lost for i in range(ports)}
    sick = set()
    for i in range(ports):
        try:
            gen.offer(i, HEAL_BATCHES, max(0.1, deadline - time.monotonic()))
        except TrafficError:
            sick.add(i)
    while time.monotonic() < deadline and \
            any(gen.counters(i).lost > before[i] for i in before):
        gen.step(0.02)
    return sorted(sick | {i for i in before if gen.counters(i).lost > before[i]})


def _start(vm, taps_or_gen, ports: int, mode: str, more: str = ""):
    """Bind, start testpmd, wait for links; (testpmd, ethdev names)."""
    taps_or_gen.opened()
    bdf = vm.bdf(DEVICE)
    vm.bind(bdf)
    eal, app = testpmd_args(ports, mode)
    pmd = vm.testpmd(f"{eal} -a {bdf}", f"{more} {app}")
    names = ethdev_names(pmd, ports)
    wait_links(vm, ports)
    pmd.ok("start")
    return pmd, names


def end(vm, pmd, names, result: dict) -> None:
    """Stop forwarding, fill in the driver's counters and the device's verdict."""
    pmd.cmd("stop")
    links = {p["lport"]: p["link"] for p in device_state(vm)["ports"]}
    for port in result["ports"]:
        port_id, port["ethdev"] = names[port["lport"]]
        port["link"] = links[port["lport"]]
        stats = port_stats(pmd, port_id)
        port["rx"], port["tx"] = stats["rx"], stats["tx"]
        for key in ("rx_missed", "rx_errors", "rx_nombuf", "tx_errors"):
            if stats[key] and "faults" not in result:
                result["problems"].append(f"port {port['lport']}: {key} {stats[key]}")
    status = pmd.close()
    if status != 0:
        result["problems"].append(f"testpmd ended with status {status}")
    result["contract_violations"] = vm.qom_get(DEVICE, "violations")
    if result["contract_violations"]:
        result["problems"].append("breaches of contract: " +
                                  json.dumps(device_state(vm)["violations"]))
    for line in vm.dmesg_problems():
        result["problems"].append(f"guest kernel: {line}")


def port_entry(lport: int) -> dict:
    """A port's entry, in the order in which it is printed."""
    return {"lport": lport, "ethdev": "", "link": "down", "offered": 0, "delivered": 0,
            "lost": 0, "corrupted": 0, "reordered": 0, "rx": 0, "tx": 0, "pps": 0.0}


def machine(ports: int, ends, accel: str = "tcg", extra=(), nb_vfs: int = 0,
            flavour: str = "cloud", pmd_vfs: int | None = None) -> VM:
    """A guest with our NIC (id DEVICE), its ports at `ends` (Traffic or Taps).

    extra: more QEMU arguments. nb_vfs: VFs the NIC can have; pmd_vfs: how many of
    them there is memory for in a testpmd (None: all). flavour: kernel.
    """
    pmd_vfs = nb_vfs if pmd_vfs is None else pmd_vfs
    pages = hugepages(ports) + (32 + 8 * pmd_vfs if pmd_vfs else 0)
    more = f",vfs={nb_vfs}" if nb_vfs else ""
    return VM([vm_cmd.device(ports, ends.ids(), f",id={DEVICE}{more}")], ends.netdevs(),
              flavour=flavour, accel=accel, files=image.project_files(), pass_fds=ends.fds(),
              hugepages=pages, mem_mb=640 + 2 * pages, extra=extra)


def _count(gen, lport: int, seconds: float, result: dict) -> dict:
    """A port's entry from the generator; what else is wrong goes to the problems."""
    count = gen.counters(lport)
    for key in ("duplicated", "misrouted"):
        if getattr(count, key):
            result["problems"].append(f"port {lport}: {key} {getattr(count, key)}")
    return {**port_entry(lport), "offered": count.offered, "delivered": count.delivered,
            "lost": count.lost, "corrupted": count.corrupted, "reordered": count.reordered,
            "pps": round(count.delivered / seconds, 1)}


def _traffic(args, out, result: dict) -> None:
    with Traffic(args.ports, window=WINDOW, max_size=MAX_FRAME) as gen:
        with machine(args.ports, gen, args.accel) as vm:
            result["boot_seconds"] = round(vm.boot_seconds, 2)
            print(f"Guest up after {vm.boot_seconds:.1f} s.", file=out, flush=True)
            pmd, names = _start(vm, gen, args.ports, "io",
                                "--print-event=all" if args.faults else "")
            monitor = Monitor(vm, args.ports, gen.missing)
            table = Table(out)
            faults = (_Faults(vm, pmd, names, str(Path(args.faults).resolve()))
                      if args.faults else None)
            rows = (lambda: faults.rows(monitor.rows())) if faults else monitor.rows
            t0 = time.monotonic()
            gen.run(args.seconds, lambda: table.show(rows()))
            seconds = time.monotonic() - t0
            if faults:
                for i in sick_ports(gen, args.ports):
                    result["problems"].append(f"port {i}: does not forward any more")
                result["faults"] = {"script": faults.path, "events": faults.told()}
            else:
                gen.drain(DRAIN)
            result["ports"] = [_count(gen, i, seconds, result) for i in range(args.ports)]
            table.show([{**row, "lost": gen.counters(row["lport"]).lost} for row in rows()])
            end(vm, pmd, names, result)
    if args.faults:
        return
    for port in result["ports"]:
        into = next(p for p in result["ports"]
                    if gen.report()[p["lport"]]["to"] == port["lport"])
        if port["rx"] != port["offered"]:
            result["problems"].append(f"port {port['lport']}: rx counts {port['rx']} of "
                                      f"{port['offered']} frames")
        if port["tx"] != into["offered"]:
            result["problems"].append(f"port {port['lport']}: tx counts {port['tx']} of "
                                      f"{into['offered']} frames")


def _ping(args, out, result: dict) -> None:
    with netns.Taps(args.ports) as taps:
        with machine(args.ports, taps, args.accel) as vm:
            result["boot_seconds"] = round(vm.boot_seconds, 2)
            print(f"Guest up after {vm.boot_seconds:.1f} s.", file=out, flush=True)
            pmd, names = _start(vm, taps, args.ports, "icmpecho")
            monitor = Monitor(vm, args.ports, lambda i: 0)
            t0 = time.monotonic()
            # ping waits for the last answer as long as between two: give it a second.
            with ThreadPoolExecutor(args.ports) as pool:
                result["ping"] = list(pool.map(lambda i: taps.ping(i, 5, 1.0),
                                               range(args.ports)))
            seconds = time.monotonic() - t0
            for i, answer in enumerate(result["ping"]):
                print(f"port {i}: ping {netns.guest_address(i)}: {answer['received']} of "
                      f"{answer['sent']} answered", file=out, flush=True)
                port = port_entry(i)
                port.update(offered=answer["sent"], delivered=answer["received"],
                            lost=answer["sent"] - answer["received"],
                            pps=round(answer["received"] / seconds, 1))
                result["ports"].append(port)
            Table(out).show(monitor.rows())
            end(vm, pmd, names, result)


def _verdict(args, result: dict) -> None:
    """Set "ok"; everything that is wrong ends up in "problems"."""
    problems = result["problems"]
    for port in result["ports"]:
        who = f"port {port['lport']}"
        if port["link"] != "up":
            problems.append(f"{who}: link is down")
        for key in () if args.faults else ("lost", "corrupted", "reordered"):
            if port[key]:
                problems.append(f"{who}: {key} {port[key]}")
        for key in ("offered", "delivered", "rx", "tx"):
            if port[key] <= 0:
                problems.append(f"{who}: {key} is 0")
    for answer in result["ping"]:
        if answer["received"] != answer["sent"] or answer["sent"] == 0:
            problems.append(f"port {answer['lport']}: {answer['received']} of "
                            f"{answer['sent']} pings answered")
    for vf in result.get("vfs", ()):
        who = f"vf {vf['vf']} of port {vf['lport']}"
        if vf["link"] != "up":
            problems.append(f"{who}: link is down")
        if vf["lost"] or vf["offered"] != vf["delivered"] or vf["offered"] == 0:
            problems.append(f"{who}: {vf['delivered']} of {vf['offered']} came back")
    if len(result.get("vfs", ())) != args.vfs:
        problems.append(f"{len(result.get('vfs', ()))} of {args.vfs} VFs were tried")
    if len(result["ports"]) != args.ports:
        problems.append(f"{len(result['ports'])} of {args.ports} ports were tried")
    result["ok"] = not problems


def _summary(args, out, result: dict) -> None:
    print("", file=out)
    for vf in result.get("vfs", ()):
        print(f"vf {vf['vf']:>3} of port {vf['lport']} ({vf['driver']}): link {vf['link']}  "
              f"offered {vf['offered']:>9}  delivered {vf['delivered']:>9}  lost {vf['lost']}",
              file=out)
    if not args.ping:
        for port in result["ports"]:
            print(f"{port['ethdev']:<22} offered {port['offered']:>9}  delivered "
                  f"{port['delivered']:>9}  lost {port['lost']}  corrupted {port['corrupted']}"
                  f"  reordered {port['reordered']}  {port['pps'] / 1e3:.1f} kpps", file=out)
        total = sum(p["delivered"] for p in result["ports"])
        rate = sum(p["pps"] for p in result["ports"])
        print(f"{total} frames through {args.ports} port(s), {rate / 1e3:.1f} kpps, "
              f"every bit compared; contract violations: {result['contract_violations']}",
              file=out)
    for problem in result["problems"]:
        print(f"PROBLEM {problem}", file=out)
    print(f"{'ok' if result['ok'] else 'FAILED'}: boot {result['boot_seconds']:.1f} s, "
          f"in total {result['total_seconds']:.1f} s", file=out, flush=True)


def run(args, out=None) -> dict:
    """The demo; its result as --json prints it, plus "problems" (list of str)."""
    out = out or sys.stderr
    t0 = time.monotonic()
    result: dict = {"ok": False, "ports": [], "ping": [], "contract_violations": 0,
                    "boot_seconds": 0.0, "total_seconds": 0.0, "problems": []}
    with contextlib.redirect_stdout(out):
        kernel_vfs = args.vfs and args.vf_driver == "iavf"
        setup.run("full" if kernel_vfs else "cloud", out=out)
        if not any(g.endswith("/librte_net_ice_mp.so") for g in image.project_files()):
            raise DemoError("the plug-in is not built")
        print(f"\nBooting a guest with a {args.ports}-port PF …", file=out, flush=True)
        if args.vfs:
            from . import demo_vf   # built on this
            (demo_vf.ping if kernel_vfs else demo_vf.traffic)(args, out, result)
        else:
            (_ping if args.ping else _traffic)(args, out, result)
    _verdict(args, result)
    result["total_seconds"] = round(time.monotonic() - t0, 2)
    _summary(args, out, result)
    return result


def _check(args) -> None:
    """DemoError when the arguments make no sense together."""
    if args.seconds <= 0:
        raise DemoError("--seconds must be positive")
    if args.faults and args.ping:
        raise DemoError("--faults goes with frames, not with --ping")
    if args.vfs and (args.faults or args.ping):
        raise DemoError("--vfs goes with neither --faults nor --ping")
    if args.faults and not Path(args.faults).is_file():
        raise DemoError(f"--faults {args.faults}: there is no such file")


def main(args) -> int:
    """icemp demo."""
    out = sys.stderr if args.json else sys.stdout
    try:
        _check(args)
        result = run(args, out)
    except Exception as err:
        if args.json:
            print(json.dumps({"ok": False, "error": str(err)}))
        raise
    problems = result.pop("problems")
    if args.json:
        if problems:
            print("\n".join(problems), file=sys.stderr)
        print(json.dumps(result))
    return 0 if result["ok"] else 1
