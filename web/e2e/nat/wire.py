#!/usr/bin/python3
"""A bad cable between two interfaces, each way: frames are lost, and come late.

    wire.py IF0 IF1 LOSS_PERCENT DELAY_MS

Does what the kernel's netem does, where a kernel has none. Linux, root, nothing but Python's own library. Prints `ready`."""
import heapq
import random
import select
import socket
import sys
import time

SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING, ETH_P_ALL = 263, 15, 23, 3


def opened(name):
    side = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    # with this header, checksums that are still to be made and segments that are still to be cut come through as they are
    side.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    side.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    side.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    side.bind((name, ETH_P_ALL))
    side.setblocking(False)
    return side


sides = [opened(name) for name in sys.argv[1:3]]
loss, delay = float(sys.argv[3]) / 100, float(sys.argv[4]) / 1000
chance = random.Random(1)
waiting, count = [], 0
print("ready", flush=True)
while True:
    patience = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
    for side in select.select(sides, [], [], patience)[0]:
        try:
            frame = side.recv(70000)
        except OSError:
            continue
        if chance.random() >= loss:
            count += 1
            heapq.heappush(waiting, (time.monotonic() + delay, count, sides[1 - sides.index(side)], frame))
    while waiting and waiting[0][0] <= time.monotonic():
        _, _, other, frame = heapq.heappop(waiting)
        try:
            other.send(frame)
        except OSError:
            pass  # full, or the interface is down: a frame that is lost
