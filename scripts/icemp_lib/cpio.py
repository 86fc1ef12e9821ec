# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Writer of initramfs archives (cpio "newc").

Needs no root: owner, mode and device nodes are only numbers in the archive.
"""

import stat
from pathlib import Path


class Archive:
    """An archive in memory. Parents of a path are added by themselves."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._names: set[str] = set()
        self._ino = 1

    def _entry(self, name: str, mode: int, data: bytes = b"", rdev=(0, 0)) -> None:
        raw = name.encode() + b"\0"
        fields = (self._ino, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(raw), 0)
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + raw
        self._chunks.append(head + b"\0" * (-len(head) % 4))
        self._chunks.append(data + b"\0" * (-len(data) % 4))
        self._names.add(name)
        self._ino += 1

    @staticmethod
    def _norm(path: str) -> str:
        return str(path).strip("/")

    def _parents(self, name: str) -> None:
        parts = name.split("/")[:-1]
        for i in range(len(parts)):
            parent = "/".join(parts[: i + 1])
            if parent not in self._names:
                self._entry(parent, stat.S_IFDIR | 0o755)

    def __contains__(self, path: str) -> bool:
        return self._norm(path) in self._names

    def mkdir(self, path: str) -> None:
        """Add a directory (mode 755)."""
        name = self._norm(path)
        self._parents(name)
        if name not in self._names:
            self._entry(name, stat.S_IFDIR | 0o755)

    def data(self, path: str, data: bytes, mode: int = 0o644) -> None:
        """Add a file with this content; a path already there is left alone."""
        name = self._norm(path)
        if name in self._names:
            return
        self._parents(name)
        self._entry(name, stat.S_IFREG | mode, data)

    def file(self, path: str, source: Path, mode: int | None = None) -> None:
        """Add a copy of the host's file; its mode without group/other write."""
        source = Path(source)
        if mode is None:
            mode = source.stat().st_mode & 0o755
        self.data(path, source.read_bytes(), mode)

    def symlink(self, path: str, target: str) -> None:
        """Add a symbolic link."""
        name = self._norm(path)
        if name in self._names:
            return
        self._parents(name)
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def chardev(self, path: str, major: int, minor: int, mode: int = 0o600) -> None:
        """Add a character device node."""
        name = self._norm(path)
        self._parents(name)
        self._entry(name, stat.S_IFCHR | mode, b"", (major, minor))

    def tobytes(self) -> bytes:
        """The archive with its trailer, padded so that another may follow."""
        tail = Archive()
        tail._entry("TRAILER!!!", 0)
        blob = b"".join(self._chunks + tail._chunks)
        return blob + b"\0" * (-len(blob) % 512)
