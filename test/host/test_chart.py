# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""The bench's chart: every row is in it, and bars are as long as they should be."""

from xml.etree import ElementTree

from icemp_lib import bench_chart

SVG = "{http://www.w3.org/2000/svg}"
RESULT = {"median_ratio": 0.5, "rows": [
    {"name": "rx_a", "ours": 10.0, "net_ice": 20.0, "ratio": 0.5},
    {"name": "tx_<b>", "ours": 30.0, "net_ice": 2000.0, "ratio": 0.25}]}


def test_chart():
    text = bench_chart.svg(RESULT)
    root = ElementTree.fromstring(text)
    words = {e.text for e in root.iter(SVG + "text")}
    assert {"rx_a", "tx_<b>", "0.50", "0.25"} <= words
    bars = [(e.get("fill"), float(e.get("width"))) for e in root.iter(SVG + "rect")
            if float(e.get("x", "0")) == bench_chart.LABEL and float(e.get("y")) > 40]
    assert [c for c, _ in bars] == [bench_chart.OURS, bench_chart.STOCK] * 2
    unit = bars[0][1] / 10
    assert [round(w / unit) for _, w in bars[:3]] == [10, 20, 30]
    # What is longer than the page is cut.
    assert bars[3][1] + bench_chart.LABEL < bench_chart.WIDTH
