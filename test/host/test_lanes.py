# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The ice_mp authors
"""Lanes: what a peer does to frames is told apart, lane by lane."""

import socket
import struct
import threading

import pytest
from icemp_lib.lanes import Lane, Lanes, swapped
from icemp_lib.traffic import Traffic

LEN = struct.Struct(">I")


def _peer(sock: socket.socket, treat) -> threading.Thread:
    """Answers each frame with what treat(frame, its number) makes of it."""

    def serve() -> None:
        buf, nb = b"", 0
        sock.settimeout(10)
        while data := sock.recv(1 << 16):
            buf += data
            out = b""
            while len(buf) >= 4 and len(buf) >= 4 + (n := LEN.unpack(buf[:4])[0]):
                frame, buf = buf[4 : 4 + n], buf[4 + n :]
                for answer in treat(frame, nb):
                    out += LEN.pack(len(answer)) + answer
                nb += 1
            sock.sendall(out)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


def _run(treat, lanes=((0, 0), (1, 0), (2, 1))) -> tuple[Lanes, list[Lane]]:
    """Lanes (number, lport) over two ports, for a moment."""
    with Traffic(2) as gen:
        for fd in gen.fds():
            _peer(socket.socket(fileno=socket.dup(fd)), treat)
        made = [Lane(n, p, bytes([2, 0, 0, 0, 0, n]), 1514) for n, p in lanes]
        run = Lanes(gen, made)
        run.run(0.3)
        run.drain(0.5)
        return run, made


def test_every_lane_is_answered():
    run, lanes = _run(lambda f, i: [swapped(f)])
    for lane in lanes:
        assert lane.count.offered > 100 and lane.count.clean()
    assert set(run.strays.values()) == {0}


@pytest.mark.parametrize("treat,field", [
    (lambda f, i: [swapped(f)] if i != 7 else [], "lost"),
    (lambda f, i: [swapped(f)] * (2 if i == 7 else 1), "duplicated"),
], ids=["lost", "twice"])
def test_one_frame(treat, field):
    run, lanes = _run(treat)
    assert sum(getattr(lane.count, field) for lane in lanes) == 2   # one per port
    assert set(run.strays.values()) == {0}


def test_frames_that_are_not_swapped_are_strays():
    run, lanes = _run(lambda f, i: [f])
    assert all(lane.count.delivered == 0 for lane in lanes)
    assert all(n > 0 for n in run.strays.values())


def test_a_changed_byte_is_no_answer():
    def flip(frame, i):
        frame = bytearray(swapped(frame))
        if i == 3:
            frame[40] ^= 1
        return [bytes(frame)]
    run, lanes = _run(flip)
    assert sum(lane.count.lost for lane in lanes) == 2
    assert list(run.strays.values()) == [1, 1]


def test_order_is_watched():
    held: dict[int, list[bytes]] = {}

    def late(frame, i):
        me = threading.get_ident()
        if i == 5:
            held[me] = [swapped(frame)]
            return []
        return [swapped(frame), *held.pop(me, [])]
    _, lanes = _run(late, ((0, 0), (2, 1)))
    assert [lane.count.reordered for lane in lanes] == [1, 1]
    assert all(lane.count.lost == 0 for lane in lanes)


def test_an_answer_through_the_wrong_port_is_a_stray():
    run, lanes = _run(lambda f, i: [swapped(f)])
    assert run.strays == {0: 0, 1: 0}
    # The same answer, taken as one that came out of the other port.
    lane = lanes[0]
    frame = swapped(lane.make())
    run._in[1] += LEN.pack(len(frame)) + frame     # what the socket would have given
    run._take(1)
    assert run.strays == {0: 0, 1: 1}
