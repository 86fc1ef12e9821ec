# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""doc/equivalence.rst, from the results of a run."""

_HEAD = """\
..  SPDX-License-Identifier: BSD-3-Clause
    Copyright(c) 2026 The ice_mp authors

Beside the stock driver
=======================

On a device with one port our driver is an ordinary NIC. ``./icemp test
--suite equivalence`` runs every case below on the distribution's ``{stock}``
(with a DDP package, see ``scripts/icemp_lib/ddp_package.py``) and on ``{ours}``, in
the distribution's testpmd, on the same device in the same guest, and compares
what was seen: the words in the two columns. This page is from such a run
(``ICEMP_EQUIVALENCE_RST=doc/equivalence.rst``), and the suite fails when a run
says something else.

Cases
-----

.. list-table::
   :header-rows: 1
   :widths: 40 30 30

"""

_FEATURES = """
What only {stock} offers on this device
---------------------------------------

By its own account: offload flags, RSS types and the answers to testpmd's
commands. That a driver offers something does not mean that the device does it:
it has no flow director, and two tags on reception only for drivers that know of
several ports (see :doc:`device`), so what {stock} sets up for these is accepted
and has no effect.

"""

_OURS = """
What only {ours} offers
-----------------------

"""

_NOTES = """
Differences in manner
---------------------

* {stock} chooses its Rx function when the port starts. VLAN stripping switched
  on while the port runs takes the tag away without saying so in the mbuf; with
  {ours} the tag is in the mbuf either way. The case above enables it from the
  start.
* {stock} writes profiles into the device, so that RSS is over just the types and
  fields asked for. {ours} goes by the device's default: addresses and ports,
  whatever was asked for.
* A link speed that is asked for is set by {ours}; {stock} takes it and leaves the
  link as it is.
* rte_flow: {stock} has it and refuses every pattern here, for they come from the
  package and ours lists none; {ours} has none.
* {stock}'s safe mode has one queue and no checksum offloads; ``./icemp test
  --suite stock`` runs the cases that are left in safe mode, too.
"""


def row(title: str, stock: str, ours: str) -> list[str]:
    """A case's lines."""
    return [f"   * - {title}", f"     - {stock}", f"     - {ours}"]


def alone(names: set[str]) -> list[str]:
    """What one driver has and the other has not, as lines."""
    return [f"* {name}" for name in sorted(names)]


def page(rows, stock: str, ours: str, have: dict[str, set[str]]) -> str:
    """The whole page. rows: (title, driver → words)."""
    names = {"stock": stock, "ours": ours}
    lines = [*row("Case", stock, ours)]
    for title, result in rows:
        lines += row(title, result[stock], result[ours])

    def heading(text: str) -> str:
        # The line below a heading is as long as the heading.
        out = []
        for line in text.format(**names).splitlines():
            if line and set(line) == {"-"}:
                line = "-" * len(out[-1])
            out.append(line)
        return "\n".join(out) + "\n"
    return (_HEAD.format(**names) + "\n".join(lines) + "\n"
            + heading(_FEATURES) + "\n".join(alone(have[stock] - have[ours])) + "\n"
            + heading(_OURS) + "\n".join(alone(have[ours] - have[stock])) + "\n"
            + heading(_NOTES))
