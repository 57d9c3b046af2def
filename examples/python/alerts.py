"""Prints Segwatch's alerts and minute areas from Kafka until Ctrl-C."""

import re
import sys
from datetime import datetime, timezone

from confluent_kafka import Consumer
from google.protobuf.message import DecodeError
from segwatch.v1 import facts_pb2

MINUTE_MS = 60_000


def time_of(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, timezone.utc).isoformat(timespec="milliseconds")


def show_alert(value: bytes) -> None:
    alert = facts_pb2.Alert.FromString(value)
    state = facts_pb2.Alert.State.Name(alert.state)
    print(f"{time_of(alert.at_ms)} {state:6} {alert.camera} {alert.rule_name or alert.rule}: {alert.reason}")


def show_area(value: bytes) -> None:
    area = facts_pb2.Area.FromString(value)
    if area.window_ms == MINUTE_MS and area.final:
        zone = area.zone or "whole frame"
        print(
            f"{time_of(area.window_start_ms)} {area.camera} {zone}: {area.query} covers {area.mean:.1%} on average, "
            f"{area.max:.1%} at most ({area.frames_seen} of {area.frames_expected} frames)"
        )


def settings_of(file: str) -> dict[str, str]:
    """The settings of a client.properties; librdkafka takes user and password without Java's login module."""
    with open(file, encoding="utf-8") as lines:
        pairs = [line.strip().split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    settings = {key: value.replace("\\", "") for key, value in pairs}
    login = settings.pop("sasl.jaas.config", "")
    for key, value in re.findall(r'(username|password)="([^"]*)"', login):
        settings["sasl." + key] = value
    return settings


def main(file: str) -> None:
    consumer = Consumer(
        settings_of(file)
        | {
            "group.id": "alerts-example",
            "auto.offset.reset": "latest",
            # Alerts are written in transactions: what is not committed must not be shown.
            "isolation.level": "read_committed",
        }
    )
    show = {"segwatch.alerts": show_alert, "segwatch.areas": show_area}
    consumer.subscribe(list(show))
    try:
        while True:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                print(message.error(), file=sys.stderr)
                continue
            try:
                show[message.topic()](message.value())
            except DecodeError as error:
                # No message of its topic: told and passed over, so that the rest goes on.
                print(f"{message.topic()} offset {message.offset()}: {error}", file=sys.stderr, flush=True)
            sys.stdout.flush()
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: alerts.py client.properties")
    main(sys.argv[1])
