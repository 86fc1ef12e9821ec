# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""A four-port PF in a VM, the distribution's testpmd on it, frames at its ports."""

import contextlib
import re
import signal
import threading
import time

import pytest
from icemp_lib import demo, traffic
from icemp_lib.vm import VM

PORTS = 4
#: 1514 without FCS: what fits the default MTU.
MAX_FRAME = 1514
EVENT = re.compile(r"^Port (\d+): ([\w ]+) event", re.M)
LSC = "link state change"
#: Events of `fault event all <key>` that mean nothing to testpmd: barriers.
BARRIERS = {"reset": "reset", "vf": "VF mbox"}
TIMEOUT = 10.0


class Bed:
    """The VM, the traffic generator, and the testpmd that runs just now."""

    def __init__(self, vm, gen) -> None:
        self.vm = vm
        self.gen = gen
        self.bdf = vm.bdf(demo.DEVICE)
        self.pmd = None
        #: lport → DPDK port id.
        self.port_id: dict[int, int] = {}

    # testpmd

    def launch(self, eal: str = "") -> None:
        """Start testpmd on all ports, links up, not forwarding yet; eal: more arguments."""
        common, app = demo.testpmd_args(PORTS, "io")
        self.pmd = self.vm.testpmd(f"{common} {eal} -a {self.bdf}",
                                   f"--print-event=all {app}")
        self.look()

    def look(self) -> None:
        """Learn the port ids; all links must come up."""
        names = demo.ethdev_names(self.pmd, PORTS)
        self.port_id = {lport: number for lport, (number, _) in names.items()}
        demo.wait_links(self.vm, PORTS)

    def kill(self) -> None:
        """kill -9, if it runs."""
        if self.pmd is not None and self.pmd.process.status is None:
            self.pmd.process.kill(signal.SIGKILL)
            self.pmd.process.wait(TIMEOUT)
        self.pmd = None

    def links(self) -> dict[int, str]:
        """"up" or "down" by lport, as testpmd's summary has it."""
        text = self.pmd.cmd("show port summary all")
        found = {int(m[1]): m[2] for m in re.finditer(r"^(\d+)\s.*\s(up|down)\b", text, re.M)}
        return {lport: found[number] for lport, number in self.port_id.items()}

    def xstats(self, lport: int) -> dict[str, int]:
        """Extended statistics by name."""
        return demo.port_xstats(self.pmd, self.port_id[lport])

    def stats(self, lport: int) -> dict[str, int]:
        """Basic statistics, see demo.port_stats()."""
        return demo.port_stats(self.pmd, self.port_id[lport])

    # The device

    def state(self) -> dict:
        """The device's report."""
        return demo.device_state(self.vm)

    def fault(self, command: str) -> None:
        """A command of the fault grammar; QmpError when refused."""
        self.vm.qom_set(demo.DEVICE, "fault", command)

    def assert_healthy(self) -> None:
        """No command of the driver was refused, none of its acts a breach."""
        state = self.state()
        aq = state["aq"]
        assert aq["cmds"] > 0
        assert {k: aq[k] for k in ("errors", "enosys", "timeouts", "arq_dropped")} == {
            "errors": 0, "enosys": 0, "timeouts": 0, "arq_dropped": 0}, aq
        assert state["events"] == {"pending": 0, "dropped": 0}
        assert self.vm.qom_get(demo.DEVICE, "violations") == 0, state["violations"]

    def set_link(self, lport: int, up: bool) -> None:
        """Cable of a port in or out."""
        self.vm.set_link(self.gen.ids()[lport], up)

    # Events

    def mark(self) -> int:
        """From here on, for events()."""
        return self.pmd.process.mark()

    def events(self, mark: int) -> list[tuple[int, str]]:
        """(lport, what) of testpmd's events since the mark."""
        lport = {number: lport for lport, number in self.port_id.items()}
        text = self.pmd.process.output(mark).replace("\r", "")
        return [(lport.get(int(m[1]), -1), m[2]) for m in EVENT.finditer(text)]

    def wait_event(self, mark: int, what: tuple[int, str]) -> None:
        """Until testpmd has printed this event."""
        self.until(lambda: what in self.events(mark),
                   lambda: f"{what} not among {self.events(mark)}")

    def settled(self, mark: int, barrier: str = "reset") -> list[tuple[int, str]]:
        """Events since the mark when all that was under way has been delivered.

        One thread of the driver delivers in order; an event for all ports,
        of a kind the test does not look at, goes behind what is there.
        """
        name = BARRIERS[barrier]
        before = len([e for e in self.events(mark) if e[1] == name])
        assert before == 0, "the test looks at its barrier"
        # What the device raised may still be on its way to the driver.
        time.sleep(0.05)
        self.fault(f"event all {barrier}")
        self.until(lambda: {e[0] for e in self.events(mark) if e[1] == name} ==
                   set(self.port_id), lambda: f"no {name} on every port")
        return [e for e in self.events(mark) if e[1] != name]

    def quiet(self, seconds: float = 0.5) -> None:
        """Until testpmd prints nothing more by itself: it writes its prompt character
        by character, and what its threads print may end up in between."""
        last = [self.mark(), time.monotonic()]

        def silent() -> bool:
            if self.mark() != last[0]:
                last[:] = self.mark(), time.monotonic()
            return time.monotonic() - last[1] > seconds

        self.until(silent, lambda: "testpmd does not stop printing")

    @staticmethod
    def until(condition, why, timeout: float = TIMEOUT) -> None:
        """Wait for condition(); the failure's text is why()."""
        deadline = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < deadline, why()
            time.sleep(0.02)

    # Traffic

    @contextlib.contextmanager
    def traffic(self, patience: float = traffic.STALL):
        """Frames into every port while the block runs; drained after it.

        patience: seconds without an answer after which more are sent.
        """
        stop = threading.Event()
        errors: list[BaseException] = []

        def pump() -> None:
            try:
                self.gen.run(60, stop.is_set, 0.02)
            except BaseException as err:    # the block's thread raises it
                errors.append(err)

        thread = threading.Thread(target=pump, daemon=True)
        self.gen.patience = patience
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(70)
            self.gen.patience = traffic.STALL
        assert not errors, errors

    def flow(self, lport: int) -> dict[str, int]:
        """Counters of what was sent into a port."""
        return self.gen.counters(lport).as_dict()

    def assert_forwards(self) -> None:
        """New frames into every port come out of its pair, all of them, intact."""
        before = {i: self.flow(i) for i in range(PORTS)}
        for i in range(PORTS):
            self.gen.offer(i, 4, TIMEOUT)
        self.until(lambda: self._pumped(before), lambda: f"{before} → " + str(
            {i: self.flow(i) for i in range(PORTS)}))
        for i in range(PORTS):
            now = self.flow(i)
            assert now["offered"] > before[i]["offered"]
            for key in ("lost", "corrupted", "duplicated", "misrouted", "reordered"):
                assert now[key] == before[i][key], f"port {i}: {key}"

    def _pumped(self, before) -> bool:
        self.gen.step(0.02)
        return all(self.flow(i)["lost"] == before[i]["lost"] for i in range(PORTS))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(call):
    """A failure may be the guest's end: say what became of it."""
    outcome = yield
    if call.excinfo and not isinstance(call.excinfo.value, pytest.skip.Exception):
        for vm in VM.running:
            outcome.get_result().sections.append(("guest", vm.report()))


@pytest.fixture(scope="module")
def bed(request):
    """A VM with the device bound to vfio-pci; testpmd is up to the module.

    QEMU_EXTRA of the module: more QEMU arguments.
    """
    extra = getattr(request.module, "QEMU_EXTRA", ())
    with (traffic.Traffic(PORTS, max_size=MAX_FRAME) as gen,
          demo.machine(PORTS, gen, extra=extra) as vm):
        gen.opened()
        it = Bed(vm, gen)
        vm.bind(it.bdf)
        yield it
        assert vm.dmesg_problems() == []


@pytest.fixture
def dev(stock):
    """The netdev of the module's Linux driver: loaded, up, with an address; judged
    afterwards."""
    stock.run("dmesg -c > /dev/null")
    name = stock.load()
    stock.up(name)
    yield name
    stock.judge()
