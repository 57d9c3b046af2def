"""Takes Segwatch's webhooks: checks who sent them, leaves out repeats, prints each alert.

Needs only Python 3.9 or later.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections import OrderedDict
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

TOLERANCE_S = 300
MAX_BODY = 1 << 20
MAX_REMEMBERED = 10_000


def is_from_segwatch(secret: str, headers, body: bytes) -> bool:
    """Checks a signature of the Standard Webhooks specification."""
    event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    # An old request, signed well, may have been recorded and sent again by somebody else.
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # There may be several, separated by spaces.
    given = [part[3:] for part in headers.get("webhook-signature", "").split(" ") if part.startswith("v1,")]
    return any(hmac.compare_digest(expected, one) for one in given)


class Receiver(BaseHTTPRequestHandler):
    secret = ""
    # Segwatch posts at least once. A real receiver remembers ids where it stores the alerts, in one transaction.
    seen: ClassVar[OrderedDict[str, bool]] = OrderedDict()

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        if length > MAX_BODY:
            self.answer(413)
            return
        body = self.rfile.read(length)
        if not is_from_segwatch(self.secret, self.headers, body):
            self.answer(401)
            return
        event_id = self.headers["webhook-id"]
        if event_id not in self.seen:
            self.take(json.loads(body))
            self.seen[event_id] = True
            if len(self.seen) > MAX_REMEMBERED:
                self.seen.popitem(last=False)
        # Anything but 2xx makes Segwatch post it again; 410 makes it stop.
        self.answer(204)

    def take(self, event: dict) -> None:
        # In structured mode the alert is in the event's data; in binary mode it is the body.
        alert = event.get("data", event)
        rule = alert["ruleName"] or alert["rule"]
        print(f"{alert['state']:6} {alert['camera']} {rule}: {alert['reason']}", flush=True)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments) -> None:
        pass


def main(port: int) -> None:
    Receiver.secret = os.environ.get("SEGWATCH_WEBHOOK_SECRET", "")
    if not Receiver.secret.startswith("whsec_"):
        sys.exit("Set SEGWATCH_WEBHOOK_SECRET to the secret that `segwatch webhook add` showed, whsec_...")
    server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    print(f"Waiting for alerts on http://127.0.0.1:{server.server_port}/", flush=True)
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: webhook_receiver.py PORT")
    main(int(sys.argv[1]))
