# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Where things are: the checkout, the cache, the build results."""

import contextlib
import fcntl
import hashlib
import os
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
BUILD = REPO / "build"
PLUGIN_NAME = "librte_net_ice_mp.so"


def cache() -> Path:
    """The cache directory, created on first use; ICE_MP_CACHE overrides it."""
    path = Path(os.environ.get("ICE_MP_CACHE") or Path.home() / ".cache" / "ice_mp")
    path.mkdir(parents=True, exist_ok=True)
    return path


def digest(*parts: object) -> str:
    """A short stable hash of the parts' text; names a cache entry."""
    h = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        h.update(len(data).to_bytes(8, "little"))
        h.update(data)
    return h.hexdigest()[:12]


@contextlib.contextmanager
def locked(name: str):
    """Hold the cache's lock `name`: two checkouts may share one cache."""
    with open(cache() / f".{name}.lock", "w", encoding="ascii") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


def write_if_changed(path: Path, text: str) -> bool:
    """Write `text` to `path` unless it is there already; True when written."""
    if path.exists() and path.read_text() == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return True
