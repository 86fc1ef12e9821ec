# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""icemp bench: our burst functions beside the stock driver's, without a NIC.

The stock driver is compiled, unmodified, from the distribution's source
package of the installed DPDK; app/bench plays the device for both.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from . import apt, errors, paths, runners, sdk

PROGRAM = "app/bench/dpdk-bench-ice_mp"
TIMEOUT = 900.0
#: What the bench compiles of the stock driver, and all that it includes.
NEEDED = ("drivers/net/ice", "drivers/common/iavf")


def _source(log) -> Path:
    """DPDK's source of exactly the installed version, cut down to what is needed."""
    debian = sdk.packaged_version()
    if debian is None:
        raise errors.BenchError("DPDK is not the distribution's: its sources are not at hand")
    dest = paths.cache() / f"dpdk-source-{debian}"
    with paths.locked("dpdk-source"):
        if (dest / "complete").exists():
            return dest
        shutil.rmtree(dest, ignore_errors=True)
        dest.mkdir()
        lists = apt.own_sources()
        lists.update(log)
        # A binary rebuild (+b1) has the source of the version before it.
        dsc = lists.source("dpdk", re.sub(r"\+b\d+$", "", debian), dest / "download", log)
        apt.unpack_source(dsc, dest / "tree", log)
        for name in NEEDED:
            (dest / name).parent.mkdir(parents=True, exist_ok=True)
            (dest / "tree" / name).rename(dest / name)
        shutil.rmtree(dest / "tree")
        shutil.rmtree(dest / "download")
        (dest / "complete").touch()
    return dest


def _build(out) -> Path:
    """Build the bench; its program."""
    build = paths.REPO / "build-bench"
    path = paths.cache() / "log" / "bench.log"
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", encoding="utf-8") as log:
        print("Building the bench (net_ice from the distribution's source package) ...",
              file=out, flush=True)
        source = _source(log)
        setup = ["meson", "setup", str(build), str(paths.REPO), f"-Dnet_ice_src={source}"]
        if (build / "build.ninja").exists():
            setup.append("--reconfigure")
        for argv in (setup, ["ninja", "-C", str(build), PROGRAM]):
            log.flush()
            if subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                              env=runners.environment(), check=False).returncode != 0:
                raise errors.BenchError(f"{argv[0]} failed, see {path}")
    return build / PROGRAM


def _number(text: str) -> float | None:
    """A figure of the program; None for what was not measured."""
    value = float(text)
    return value if value >= 0 else None


def _row(fields: list[str]) -> dict:
    name, ours, stock, ours_inst, stock_inst = fields
    return {"name": name, "ours": float(ours), "net_ice": float(stock),
            "ratio": round(float(ours) / float(stock), 3),
            "ours_inst": _number(ours_inst), "net_ice_inst": _number(stock_inst)}


def _show(row: dict, out) -> None:
    def inst(key: str) -> str:
        return "      -" if row[key] is None else f"{row[key]:7.1f}"
    print(f"{row['name']:32} {row['ours']:7.1f} {row['net_ice']:7.1f} {row['ratio']:6.2f} "
          f"{inst('ours_inst')} {inst('net_ice_inst')}", file=out, flush=True)


def native_bench(args) -> int:
    """icemp bench."""
    out = sys.stderr if args.json else sys.stdout
    program = _build(out)
    # The last CPU: the first has the machine's interrupts.
    cpu = max(os.sched_getaffinity(0))
    argv = [program, "--no-huge", "-m", "256", "--no-pci", "--no-telemetry", f"--lcores={cpu}",
            f"--file-prefix=ice_mp_bench_{os.getpid()}", "--log-level=lib.eal:error",
            "--force-max-simd-bitwidth=512", "--"]
    if args.filter:
        argv += ["--filter", args.filter]
    rows: list[dict] = []
    skipped: list[str] = []
    print(f"{'':32} {'ice_mp':>7} {'net_ice':>7} {'ratio':>6} {'instr.':>7} {'instr.':>7}\n"
          f"{'':32} {'TSC cycles per packet or empty poll':22}", file=out)

    def on_line(line: str) -> None:
        kind, *fields = line.split("\t")
        if kind == "row" and len(fields) == 5:
            rows.append(_row(fields))
            _show(rows[-1], out)
        elif kind == "skip" and fields:
            skipped.append(fields[0])

    status, tail = runners.execute(argv, TIMEOUT, on_line)
    if status != 0:
        raise errors.BenchError(f"the bench ended with status {status}:\n{tail}")
    if not rows:
        raise errors.BenchError("no row was measured")
    median = round(statistics.median(r["ratio"] for r in rows), 3)
    print(f"median of the ratios: {median:.2f}", file=out)
    if skipped:
        print("not possible on this CPU: " + ", ".join(skipped), file=out)
    if args.json:
        print(json.dumps({"rows": rows, "median_ratio": median, "skipped": skipped}))
    return 0
