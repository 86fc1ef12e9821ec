# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Soak runs in a VM: stock testpmd forwards, the device makes trouble."""

import random
import re
import time

from . import demo
from .traffic import Traffic

#: Largest frame: what fits the default MTU.
MAX_FRAME = 1514
PORTS_STORM, PORTS_RESETS = 8, 4
#: Ports that have the storm; the others forward.
STORMED = 4
#: Events of one command, of which there are four a second: each wakes a CPU that the
#: forwarding one shares a host with.
VOLLEY = 128
#: What the device's FIFO of events holds.
FIFO = 256
#: Of a storm and of the calm before and after it, in seconds.
PHASE = 0.75
MIN_ROUNDS = 20
#: Of frames, with the storm and without.
RATIO = 0.95
KINDS = ("pfr", "corer", "globr", "empr", "flr")
RECOVERED, FAILED = "error recovery successful", "error recovery failed"
EVENT = re.compile(r"^Port (\d+): ([\w ]+) event", re.M)
RESET_TIMEOUT = 30.0
#: For frames from before a reset, which may be lost, in seconds.
SETTLE = 0.5


class _Bed:
    """A VM with testpmd forwarding on all ports, and the generator.

    told: testpmd prints the events it is told of; a console costs a CPU a storm.
    """

    def __init__(self, ports: int, told: bool) -> None:
        self.ports = ports
        self.events = f"--{'print' if told else 'mask'}-event=all"
        self.gen = Traffic(ports, max_size=MAX_FRAME)
        self.vm = demo.machine(ports, self.gen)
        self.pmd = None
        self.names: dict = {}

    def __enter__(self) -> "_Bed":
        try:
            self.vm.start()
            self.gen.opened()
            bdf = self.vm.bdf(demo.DEVICE)
            self.vm.bind(bdf)
            eal, app = demo.testpmd_args(self.ports, "io")
            self.pmd = self.vm.testpmd(f"{eal} -a {bdf}", f"{self.events} {app}")
            self.names = demo.ethdev_names(self.pmd, self.ports)
            demo.wait_links(self.vm, self.ports)
            self.pmd.ok("start")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc) -> None:
        self.vm.stop()
        self.gen.close()

    def fault(self, command: str) -> None:
        """A command of the fault grammar."""
        self.vm.qom_set(demo.DEVICE, "fault", command)

    def told(self, mark: int, what: str) -> dict[int, int]:
        """How often testpmd printed an event since the mark, by DPDK port id."""
        count = {number: 0 for number, _ in self.names.values()}
        for m in EVENT.finditer(self.pmd.process.output(mark).replace("\r", "")):
            if m[2] == what:
                count[int(m[1])] += 1
        return count

    def links(self) -> dict[int, str]:
        """"up" or "down" by lport, as the driver has it."""
        text = self.pmd.cmd("show port summary all")
        state = {int(m[1]): m[2] for m in re.finditer(r"^(\d+)\s.*\s(up|down)\b", text, re.M)}
        return {lport: state[number] for lport, (number, _) in self.names.items()}

    def end(self, problems: list[str]) -> dict:
        """Quit; what the device and the kernel have to say goes to the problems."""
        status = self.pmd.close()
        if status != 0:
            problems.append(f"testpmd ended with status {status}")
        problems += [f"guest kernel: {line}" for line in self.vm.dmesg_problems()]
        return demo.device_state(self.vm)["violations"]


def _result(problems: list[str], **figures) -> dict:
    return {"ok": not problems, **figures, **({"reason": "; ".join(problems)} if problems else {})}


def _until(condition, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _uncounted(xstats: dict[str, int], doorbells: int) -> list[str]:
    """What is wrong with the driver's counters of events."""
    found = []
    for source in ("oicr", "arq", "doorbell", "mailbox", "status"):
        mine = {k.removeprefix(f"device_events_{source}_"): n for k, n in xstats.items()
                if k.startswith(f"device_events_{source}_")}
        received = mine.pop("received")
        if received != sum(mine.values()):
            found.append(f"{source}: {received} received, settled {mine}")
    if xstats["device_events_doorbell_received"] != doorbells:
        found.append(f"{xstats['device_events_doorbell_received']} of {doorbells} events counted")
    return found


def storm(count: int, seconds: float, seed: int) -> dict:
    """Link events and cables on four ports, forwarding on four others, in turns of storm
    and calm: the rate, the last state, no frame lost."""
    rng = random.Random(seed)
    problems: list[str] = []
    quiet = range(STORMED, PORTS_STORM)
    with _Bed(PORTS_STORM, told=False) as bed:
        gen, end = bed.gen, time.monotonic() + seconds
        up = dict.fromkeys(range(STORMED), True)
        before = demo.device_state(bed.vm)
        events = cables = refused = 0
        gen.silent = set(range(STORMED))

        def delivered() -> int:
            return sum(gen.counters(i).delivered for i in quiet)

        def blow() -> None:
            nonlocal events, cables, refused
            lport = rng.randrange(STORMED)
            if rng.randrange(2) == 0:
                up[lport] = not up[lport]
                bed.fault(f"link {lport} {'up' if up[lport] else 'down'}")
                cables += 1
            else:
                bed.fault("help")
            state = demo.device_state(bed.vm)["events"]
            if state["pending"] > FIFO - VOLLEY:
                refused += 1
                return
            bed.fault(f"event {lport} link count={VOLLEY}")
            events += VOLLEY

        def phase(tick) -> float:
            """Frames per second at the quiet ports."""
            t0, n0 = time.monotonic(), delivered()
            gen.run(PHASE, tick, 0.25)
            return (delivered() - n0) / (time.monotonic() - t0)

        def rest() -> None:
            # The bench's own work is the same with and without a storm.
            bed.fault("help")
            demo.device_state(bed.vm)
            bed.fault("help")

        phase(rest)
        calm, stormy = [phase(rest)], []
        while (events < count or len(stormy) < MIN_ROUNDS) and time.monotonic() < end:
            stormy.append(phase(blow))
            calm.append(phase(rest))
        if not gen.drain(demo.DRAIN):
            problems.append("frames are lost on quiet ports")
        want = {i: "up" if up.get(i, True) else "down" for i in range(PORTS_STORM)}
        if not _until(lambda: bed.links() == want, 10):
            problems.append(f"links are {bed.links()}, not {want}")
        changes = {p["lport"]: p["link_changes"] for p in demo.device_state(bed.vm)["ports"]}
        if sum(changes.values()) - sum(p["link_changes"] for p in before["ports"]) != cables:
            problems.append(f"the device changed links {changes}, cables moved {cables} times")
        problems += _uncounted(demo.port_xstats(bed.pmd, bed.names[0][0]), events)
        for i in range(PORTS_STORM):
            bed.fault(f"link {i} release")
        violations = bed.end(problems)
        if violations["total"]:
            problems.append(f"breaches of contract: {violations}")
    # The machine's own ups and downs are slower than a phase: they are in both.
    quiet_pps = sum(calm) / len(calm)
    storm_pps = sum(stormy) / max(1, len(stormy))
    ratio = storm_pps / quiet_pps if quiet_pps else 0.0
    if ratio < RATIO:
        problems.append(f"quiet ports forward {ratio:.3f} of what they do without a storm")
    if events < count and time.monotonic() < end:
        problems.append(f"{events} events only")
    return _result(problems, seed=seed, events=events, link_changes=cables, fifo_busy=refused,
                   rounds=len(stormy), ratio=round(ratio, 3), calm_pps=round(quiet_pps),
                   storm_pps=round(storm_pps))


def resets(count: int, seconds: float, seed: int) -> dict:
    """Resets of all kinds at random moments under traffic; every port forwards again."""
    rng = random.Random(seed)
    problems: list[str] = []
    took: dict[str, list[float]] = {kind: [] for kind in KINDS}
    done = 0
    with _Bed(PORTS_RESETS, told=True) as bed:
        gen, end = bed.gen, time.monotonic() + seconds
        while done < count and time.monotonic() < end and not problems:
            kind = KINDS[done] if done < len(KINDS) else rng.choice(KINDS)
            gen.run(rng.uniform(0.05, 0.4))
            mark, t0 = bed.pmd.process.mark(), time.monotonic()
            bed.fault(f"reset {kind}")

            def over() -> bool:
                return min(bed.told(mark, RECOVERED).values()) > 0 or \
                    max(bed.told(mark, FAILED).values()) > 0

            gen.run(RESET_TIMEOUT, over, 0.01)
            took[kind].append(time.monotonic() - t0)
            done += 1
            if set(bed.told(mark, RECOVERED).values()) != {1} or \
                    any(bed.told(mark, FAILED).values()):
                problems.append(f"reset {done}, {kind}: {bed.told(mark, RECOVERED)} recovered, "
                                f"{bed.told(mark, FAILED)} failed")
                break
            demo.wait_links(bed.vm, PORTS_RESETS)
            sick = demo.sick_ports(gen, PORTS_RESETS, SETTLE)
            if sick:
                problems.append(f"reset {done}, {kind}: ports {sick} do not forward")
        for i in range(PORTS_RESETS):
            for key in ("corrupted", "duplicated", "misrouted"):
                if getattr(gen.counters(i), key):
                    problems.append(f"port {i}: {key} {getattr(gen.counters(i), key)}")
        violations = bed.end(problems)
        if violations["total"]:
            problems.append(f"breaches of contract: {violations}")
    if done < count and time.monotonic() < end and not problems:
        problems.append(f"{done} resets only")
    return _result(problems, seed=seed, resets=done, unaware=violations["unaware"],
                   recovery_ms={kind: _spread(times) for kind, times in took.items()},
                   all_ms=_spread([t for times in took.values() for t in times]))


def _spread(times: list[float]) -> dict:
    ms = sorted(round(1000 * t) for t in times)
    if not ms:
        return {"n": 0}
    return {"n": len(ms), "min": ms[0], "median": ms[len(ms) // 2],
            "p99": ms[(len(ms) * 99 - 1) // 100], "max": ms[-1]}
