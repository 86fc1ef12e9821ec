# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp bench scale: what one more port costs an lcore that polls them all.

On simulated devices, whose threads have the same CPU and run while the lcore
sleeps: what is measured does not wait for lines another CPU has. "one" is one of
the row's ports, in the same rounds as all of them.
"""

import json
import os
import sys

from . import errors, paths, runners, setup

PROGRAM = "app/bench/dpdk-bench-scale-ice_mp"
TIMEOUT = 600.0


def scale_bench(args) -> int:
    """icemp bench scale."""
    out = sys.stderr if args.json else sys.stdout
    setup.run(out=out, guest=False)
    cpu = max(os.sched_getaffinity(0))
    build = paths.BUILD
    argv = [build / PROGRAM, "--no-huge", "-m", "512", "--no-pci", "--no-telemetry",
            f"--lcores=0@{cpu}",
            f"--file-prefix=ice_mp_scale_{os.getpid()}", "--log-level=lib.eal:error",
            "-d", build / paths.PLUGIN_NAME, "-d", build / "test/sim/librte_net_ice_mp_sim.so",
            "--"]
    if args.ring:
        argv += ["--ring", args.ring]
    rows: list[dict] = []
    trouble: list[str] = []
    print(f"{'queues':>8} {'ethdevs':>8} {'ring':>6} {'forwarded':>10} {'one':>8} {'ratio':>6} "
          f"{'empty poll':>11} {'one':>8}\n{'':26}TSC cycles per packet, per poll", file=out)

    def on_line(line: str) -> None:
        kind, *fields = line.split("\t")
        if kind == "scale" and len(fields) == 7:
            queues, ports, ring = map(int, fields[:3])
            fwd, one, empty, one_empty = map(float, fields[3:])
            rows.append({"queues": queues, "ethdevs": ports, "ring": ring,
                         "cycles": fwd, "cycles_one": one, "ratio": round(fwd / one, 3),
                         "empty_poll": empty, "empty_poll_one": one_empty})
            print(f"{queues:8} {ports:8} {ring:6} {fwd:10.1f} {one:8.1f} {fwd / one:6.2f} "
                  f"{empty:11.1f} {one_empty:8.1f}", file=out, flush=True)
        elif kind == "trouble":
            trouble.extend(fields)

    status, tail = runners.execute(argv, TIMEOUT, on_line)
    if status != 0 or trouble or not rows:
        raise errors.BenchError(f"the bench ended with status {status}: "
                                f"{'; '.join(trouble) or tail}")
    ratio = rows[-1]["ratio"]
    print(f"{rows[-1]['queues']} beside 1: {ratio:.2f} times the cycles per packet", file=out)
    if args.json:
        print(json.dumps({"rows": rows, "ratio": ratio}))
    return 0
