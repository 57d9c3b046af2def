"""What the roles meet in the cluster test: cameras, a receiver of webhooks, and who calls the API. It runs in a pod.

peers.py serve             GET /camera/NAME.png: the scene of this moment; POST /hook: a webhook; GET /deliveries
peers.py call METHOD PATH  asks the dashboard, with standard input as the body, and prints status and answer as JSON
"""

import json
import os
import random
import struct
import sys
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

PORT = 8080
WIDTH, HEIGHT = 640, 352
PHASE_S = 8
MAX_BODY = 1 << 20
MAX_DELIVERIES = 20_000
MAX_ANSWER = 8 << 20


def png(row) -> bytes:
    """A picture of what row(y) gives: WIDTH pixels of three bytes."""
    rows = b"".join(b"\0" + row(y) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def scene(sky: bool) -> bytes:
    """A meadow, with a blue sky above it or all over."""
    noise = random.Random(1)

    def pixel(y: int) -> bytes:
        if sky and y < HEIGHT // 2:
            fade = y * 90 // HEIGHT
            return bytes((90 + 2 * fade, 150 + fade, 235))
        light = noise.randrange(-28, 28)
        return bytes((70 + light, 125 + light, 45 + light // 2))

    return png(lambda y: b"".join(pixel(y) for _ in range(WIDTH)))


class Peer(BaseHTTPRequestHandler):
    timeout = 10
    scenes: ClassVar[tuple[bytes, ...]] = ()
    # By event id: how often it was posted, and its state.
    deliveries: ClassVar[OrderedDict[str, dict]] = OrderedDict()
    lock: ClassVar[threading.Lock] = threading.Lock()

    def do_GET(self) -> None:
        if self.path.startswith("/camera/"):
            # Each camera has its own time, so that not all alerts come at once.
            moment = time.time() + PHASE_S / 2 * (zlib.crc32(self.path.encode()) % 2)
            self.answer(200, "image/png", self.scenes[int(moment / PHASE_S) % 2])
        elif self.path == "/deliveries":
            with self.lock:
                self.answer(200, "application/json", json.dumps(self.deliveries).encode())
        else:
            self.answer(404, "text/plain", b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        if length > MAX_BODY:
            self.answer(413, "text/plain", b"")
            return
        event = json.loads(self.rfile.read(length))
        with self.lock:
            if len(self.deliveries) < MAX_DELIVERIES:
                known = self.deliveries.setdefault(event["id"], {"times": 0, "atMs": int(time.time() * 1000)})
                known["times"] += 1
                known["data"] = event["data"]
        self.answer(200, "text/plain", b"")

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        pass


def call(method: str, path: str, body: bytes) -> dict:
    url = path if path.startswith("http") else os.environ["SEGWATCH_API"] + path
    request = urllib.request.Request(url, body or None, method=method)
    request.add_header("authorization", "Bearer " + os.environ["SEGWATCH_TOKEN"])
    request.add_header("content-type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=15) as response:
            return {"status": response.status, "body": response.read(MAX_ANSWER).decode(errors="replace")}
    except urllib.error.HTTPError as error:
        return {"status": error.code, "body": error.read(MAX_BODY).decode(errors="replace")}
    except OSError as error:
        return {"status": 0, "body": str(error)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["call"]:
        print(json.dumps(call(sys.argv[2], sys.argv[3], sys.stdin.buffer.read())))
    else:
        Peer.scenes = (scene(True), scene(False))
        ThreadingHTTPServer(("", PORT), Peer).serve_forever()
