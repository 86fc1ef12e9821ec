# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""A chart of what icemp bench --json has measured, as SVG."""

from html import escape

WIDTH, LABEL, RATIO = 860, 230, 60
ROW, BAR, TOP = 20, 7, 46
OURS, STOCK = "#1f77b4", "#bbbbbb"
#: Longer bars are cut: one slow row must not flatten the others.
LONGEST = 75.0


def _bar(y: int, cycles: float, color: str) -> str:
    scale = (WIDTH - LABEL - RATIO - 50) / LONGEST
    width = min(cycles, LONGEST) * scale
    return (f'<rect x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{color}"/>'
            f'<text x="{LABEL + width + 4:.1f}" y="{y + BAR}" font-size="8">{cycles:.1f}</text>')


def svg(result: dict) -> str:
    """result: the object that icemp bench prints."""
    rows = result["rows"]
    height = TOP + ROW * len(rows) + 8
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
           'font-family="sans-serif" font-size="11">',
           "<!-- SPDX-License-Identifier: BSD-3-Clause -->",
           "<!-- Copyright(c) 2026 The ice_mp authors -->",
           f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
           f'<text x="8" y="16" font-size="13">TSC cycles per packet (empty: per poll), '
           f"median of the ratios {result['median_ratio']:.2f}</text>",
           f'<rect x="{LABEL}" y="24" width="10" height="{BAR}" fill="{OURS}"/>'
           f'<text x="{LABEL + 14}" y="32">ice_mp</text>'
           f'<rect x="{LABEL + 80}" y="24" width="10" height="{BAR}" fill="{STOCK}"/>'
           f'<text x="{LABEL + 94}" y="32">net_ice</text>'
           f'<text x="{WIDTH - 8}" y="32" text-anchor="end">ratio</text>']
    for i, row in enumerate(rows):
        y = TOP + i * ROW
        out.append(f'<text x="{LABEL - 6}" y="{y + 11}" text-anchor="end">'
                   f'{escape(row["name"])}</text>'
                   + _bar(y, row["ours"], OURS) + _bar(y + BAR + 1, row["net_ice"], STOCK)
                   + f'<text x="{WIDTH - 8}" y="{y + 11}" text-anchor="end">'
                   f'{row["ratio"]:.2f}</text>')
    out.append("</svg>")
    return "\n".join(out) + "\n"
