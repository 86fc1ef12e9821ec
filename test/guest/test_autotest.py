# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The autotests in the VM: the same cases as on the sim, over vfio-pci.

The program runs once, on a device whose eight ports are joined in pairs; each
of its cases is one here.
"""

import re
import subprocess

import pytest
from icemp_lib import image, paths, runners
from icemp_lib.vm import VM

PORTS = 8
BINARY = paths.BUILD / "app" / "test" / "dpdk-test-ice_mp"
PLUGIN = paths.BUILD / paths.PLUGIN_NAME
LINE = re.compile(r"^(ok|FAIL) ([\w/-]+)(?:: (.*))?$", re.M)


def _cases() -> list[str]:
    done = subprocess.run([BINARY, "--no-huge", "-m", "256", "--no-pci", "--no-shconf",
                           "--no-telemetry", "-d", PLUGIN, "--", "--list", "--wired"],
                          env=runners.environment(), capture_output=True, text=True, timeout=60,
                          check=True)
    return [line for line in done.stdout.splitlines() if re.fullmatch(r"[\w-]+/[\w-]+", line)]


CASES = _cases()


@pytest.fixture(scope="module")
def results(request) -> dict[str, tuple[str, str]]:
    """(result, reason) by case; the cases asked for, or all in one run."""
    asked = [i.callspec.params["case"] for i in request.session.items
             if i.nodeid.startswith("test_autotest.py") and hasattr(i, "callspec")]
    filters = [""] if len(asked) == len(CASES) else [f"--filter {c}" for c in asked]
    wire = "+".join(f"{i}:{i + 1}" for i in range(0, PORTS, 2))
    found: dict[str, tuple[str, str]] = {}
    with VM([f"pci-ice-mp,ports={PORTS},wire={wire}"]) as vm:
        bdf = vm.bdf("dev0")
        vm.bind(bdf)
        for one in filters:
            done = vm.run(f"dpdk-test-ice_mp -l 0,1 -a {bdf} "
                          f"-d {image.PLUGIN_DIR}/{paths.PLUGIN_NAME} -- --wired {one}",
                          timeout=300, check=False)
            for result, name, reason in LINE.findall(done.output):
                found[name] = (result, reason)
            if done.status not in (0, 1):
                found["end"] = ("FAIL", f"status {done.status}: {done.output[-1500:]}")
        found["dmesg"] = ("\n".join(vm.dmesg_problems()), "")
        found["violations"] = (str(vm.qom_get("dev0", "violations")), "")
    return found


@pytest.mark.parametrize("case", CASES)
def test_case(results, case):
    result, reason = results.get(case, ("no result", results.get("end", ("", ""))[1]))
    assert result == "ok", reason


def test_the_program_ends_well(results):
    assert "end" not in results
    assert results["dmesg"][0] == ""
    assert results["violations"][0] == "0"
