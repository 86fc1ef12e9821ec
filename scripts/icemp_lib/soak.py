# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp soak: long runs of what the suite does shortly.

    storm, resets, port-resets   on the in-process device; resets with sanitizers
    vm-storm, vm-resets          stock testpmd on the device in a VM
    vf-resets                    VFs of both kinds under traffic, the PF is reset
    vf-flood                     on the in-process device: 256 VFs, mailboxes full
    life                         there, too: detached and attached, killed, unplugged
"""

import json
import os
import re
import secrets
import sys
import time

from . import paths, runners, setup, soak_vf, soak_vm
from .steps import StepFailed, Steps
from .test import ASAN_BUILD, build_sanitized

#: Run → cases of the autotests, with what share of the count each does.
SIM = {"storm": (("soak/storm", 1),),
       "resets": (("soak_reset/mixed", 1), ("soak_reset/configured", 10)),
       "port-resets": (("soak/port_resets", 1),),
       "vf-flood": (("vf_flood/flood", 1),)}
VM = {"vm-storm": soak_vm.storm, "vm-resets": soak_vm.resets, "vf-resets": soak_vf.resets}
#: What the project promises: events, resets, seconds of flood. (The life run's turns
#: are test_life.py's.)
COUNT = {"storm": 100_000, "resets": 1000, "port-resets": 100, "vm-storm": 2000,
         "vm-resets": 50, "vf-resets": 50, "vf-flood": 60, "life": 1}
#: With sanitizers: these look for what is wrong, the storm measures.
SANITIZED = ("resets", "port-resets")
#: On top of --seconds, which ends a run in good order.
GRACE = 300.0


def _sim_case(case: str, count: int, args, sanitized: bool) -> dict:
    """Run one; {"ok", figures or "reason"}."""
    env = runners.sanitized_env() if sanitized else runners.environment()
    env |= {"ICE_MP_SOAK_COUNT": str(count), "ICE_MP_SOAK_SECONDS": str(int(args.seconds)),
            "ICE_MP_SOAK_SEED": str(args.seed)}
    build = ASAN_BUILD if sanitized else paths.BUILD
    program = runners.sim_program(build, "soak", env, timeout=args.seconds + GRACE)
    if program is None:
        raise StepFailed("the autotests are not built")
    found: dict = {"ok": False, "reason": ""}

    def on_line(line: str) -> None:
        if line.startswith("soak: {"):
            found.update(json.loads(line.removeprefix("soak: ")))
        elif m := re.match(r"(ok|FAIL) [\w/]+(?:: (.*))?$", line):
            found["ok"], found["reason"] = m[1] == "ok", m[2] or ""

    status, text = runners.execute([*program.argv, "--filter", case], program.timeout, on_line,
                                   env)
    if status != 0:
        found["ok"] = False
        found["reason"] = found["reason"] or f"{runners.status_text(status)}: {text[-1500:]}"
    if found["ok"]:
        del found["reason"]
    return found


def _life(seconds: float) -> dict:
    """test_life.py of the suite "guest", with all of its turns."""
    cases: list[runners.Case] = []
    runner = runners.vm_suite("guest")
    runner.env = {"ICE_MP_TEST_FULL": "1"}
    runner.timeout = seconds + GRACE
    runner.run([n for n in runner.names() if n.startswith("test_life.py::")], cases.append)
    bad = [c for c in cases if c.result != runners.PASSED]
    return {"ok": bool(cases) and not bad, "cases": len(cases),
            **({"reason": "; ".join(map(str, bad))} if bad else {})}


def _prepare(names: list[str], out) -> None:
    os.environ["LC_ALL"] = "C.UTF-8"
    setup.run(out=out, guest=any(n in VM or n == "life" for n in names))
    if "vf-resets" in names:
        setup.run("full", out)      # iavf is in its package only
    if any(n in SANITIZED for n in names):
        steps = Steps(out)
        steps.add("build with sanitizers", build_sanitized,
                  f"read the compiler's message above; 'rm -r {ASAN_BUILD}' starts afresh")
        steps.run()


def _run(name: str, args) -> list[dict]:
    """The run's results, one or more."""
    count = args.count or COUNT[name]
    if name == "life":
        return [_life(args.seconds)]
    if name in VM:
        return [VM[name](count, args.seconds, args.seed)]
    return [_sim_case(case, max(1, count // share), args, name in SANITIZED)
            for case, share in SIM[name]]


def main(args) -> int:
    """icemp soak."""
    out = sys.stderr if args.json else sys.stdout
    names = list(COUNT) if args.run == "all" else [args.run]
    args.seed = secrets.randbelow(1_000_000) if args.seed is None else args.seed
    _prepare(names, out)
    results: dict[str, list[dict]] = {}
    for name in names:
        print(f"--- {name}, seed {args.seed}", file=out, flush=True)
        t0 = time.monotonic()
        results[name] = _run(name, args)
        for result in results[name]:
            print(f"{'ok' if result['ok'] else 'FAIL'} {name}: "
                  + json.dumps({k: v for k, v in result.items() if k != "ok"}),
                  file=out, flush=True)
        print(f"--- {name}: {time.monotonic() - t0:.1f} s", file=out, flush=True)
    good = all(r["ok"] for each in results.values() for r in each)
    if args.json:
        print(json.dumps({"ok": good, "seed": args.seed, "runs": results}))
    return 0 if good else 1
