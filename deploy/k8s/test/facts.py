"""What the topics of a test hold, and what is wrong with it: each check answers sentences, none when all is well."""

import json
import re
import struct
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

SECOND_MS = 1_000
# An age that a picture may have on the page.
FRESH_MS = 1_000


@dataclass(frozen=True)
class Observation:
    camera: str
    epoch: int
    sequence: int
    captured_ms: int
    observed_ms: int
    # By query, 0 to 1.
    shares: dict[str, float]

    @property
    def frame(self) -> tuple[str, int, int]:
        return self.camera, self.epoch, self.sequence

    @property
    def age_ms(self) -> int:
        return self.observed_ms - self.captured_ms


def unescaped(line: str) -> bytes:
    """Bytes as Kafka's Bytes prints them: others than printable ones as \\xNN."""
    return re.sub(r"\\x([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), line).encode("latin-1")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and values of a Protobuf message: varints as int, all others as bytes."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = _varint(data, at)
        else:
            length, at = _varint(data, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value = data[at : at + length]
            at += length
        yield tag >> 3, value


def observation(data: bytes) -> Observation | None:
    """segwatch.v1.Observation; None of a backfill, which is in no window and moves no rule."""
    values, shares = {}, {}
    for number, value in fields(data):
        if number == 3:
            query = dict(fields(value))
            shares[query[1].decode()] = struct.unpack("<d", query.get(6, bytes(8)))[0]
        else:
            values[number] = value
    if values.get(7):
        return None
    frame = dict(fields(values[1]))
    return Observation(frame[1].decode(), frame.get(2, 0), frame.get(3, 0), values[2], values[6], shares)


def events(lines: list[str]) -> list[dict]:
    """CloudEvents in the order of their partition."""
    return [json.loads(line) for line in lines]


def in_order(observations: list[Observation], camera: str, query: str) -> list[Observation]:
    """Of a camera, those that answer the query, each frame once."""
    frames = {each.frame: each for each in reversed(observations) if each.camera == camera and query in each.shares}
    return [frames[frame] for frame in sorted(frames)]


def repeated(observations: list[Observation]) -> list[str]:
    counts = Counter(each.frame for each in observations)
    return [f"frame {frame} was observed {count} times" for frame, count in counts.items() if count > 1]


def lost_windows(observations: list[Observation], areas: list[dict], zone: str) -> list[str]:
    """Seconds of which the closed window is missing, or has not all frames that were observed."""
    due: Counter = Counter()
    for frame in {(*each.frame, query, each.captured_ms) for each in observations for query in each.shares}:
        camera, _, _, query, captured = frame
        due[camera, query, captured // SECOND_MS * SECOND_MS] += 1
    seen = defaultdict(int)
    for event in areas:
        data = event["data"]
        if data["zone"] == zone and data["windowMs"] == SECOND_MS:
            key = data["camera"], data["query"], data["windowStartMs"]
            seen[key] = max(seen[key], data["framesSeen"])
    return [
        f"window {key} of zone '{zone}' has {seen[key]} of {count} frames"
        for key, count in sorted(due.items())
        if seen[key] != count
    ]


def doubled_windows(areas: list[dict]) -> list[str]:
    counts = Counter(event["id"] for event in areas)
    return [f"window {event} was written {count} times" for event, count in counts.items() if count > 1]


def due_changes(observations: list[Observation], enter: float, exit_: float, query: str) -> list[tuple]:
    """What a rule without dwell on the whole picture says of these frames: state, epoch and sequence."""
    changes, is_open = [], False
    for each in observations:
        holds = each.shares[query] >= (exit_ if is_open else enter)
        if holds != is_open:
            is_open = holds
            changes.append(("OPEN" if holds else "CLOSE", each.epoch, each.sequence))
    return changes


def changes_of(alerts: list[dict], camera: str, rule: str) -> list[dict]:
    """Openings and closings, in order."""
    found = [event["data"] for event in alerts]
    return [
        data
        for data in found
        if data["camera"] == camera and data["rule"] == rule and data["state"] in ("OPEN", "CLOSE")
    ]


def wrong_alerts(observations: list[Observation], alerts: list[dict], camera: str, rule: dict) -> list[str]:
    """Alerts that the frames ask for and are not there, and the other way round; from the first alert on."""
    written = [
        (data["state"], data["evidence"]["epoch"], data["evidence"]["sequence"])
        for data in changes_of(alerts, camera, rule["id"])
    ]
    if not written:
        return [f"there is no alert of {rule['id']} on {camera}"]
    since = [each for each in in_order(observations, camera, rule["query"]) if each.frame[1:] >= written[0][1:]]
    due = due_changes(since, rule["enter"], rule["exit"], rule["query"])
    lost, more = Counter(due) - Counter(written), Counter(written) - Counter(due)
    return [f"{camera}: {change} is lost" for change in lost] + [f"{camera}: {change} is too many" for change in more]


def wrong_turns(alerts: list[dict], camera: str, rule: str) -> list[str]:
    """Where openings and closings do not take turns, or an alert has two of one."""
    wrong, before = [], None
    for data in changes_of(alerts, camera, rule):
        pair = data["state"] == "CLOSE" and before and before["state"] == "OPEN" and before["id"] == data["id"]
        if not pair and not (data["state"] == "OPEN" and (before is None or before["state"] == "CLOSE")):
            wrong.append(f"{camera}/{rule}: {data['state']} {data['id']} follows {before and before['state']}")
        before = data
    ids = Counter((data["id"], data["state"]) for data in changes_of(alerts, camera, rule))
    return wrong + [f"{camera}/{rule}: {key} came {count} times" for key, count in ids.items() if count > 1]


def undelivered(alerts: list[dict], deliveries: dict[str, dict]) -> list[str]:
    """By event id, for delivery promises at least once."""
    written = {event["id"] for event in alerts if event["data"]["state"] in ("OPEN", "CLOSE")}
    return [f"{each} was not delivered" for each in sorted(written - deliveries.keys())] + [
        f"{each} was delivered and is in no topic" for each in sorted(deliveries.keys() - written)
    ]


def longest_gap_s(observations: list[Observation], from_ms: int, to_ms: int) -> float:
    """Of one camera's time, without an observation; the gap may begin before the span."""
    times = sorted(each.captured_ms for each in observations if each.captured_ms <= to_ms)
    gaps = [b - a for a, b in pairwise(times) if b >= from_ms]
    return max(gaps, default=0) / 1_000


def fresh_after_s(observations: list[Observation], from_ms: int, to_ms: int) -> float | None:
    """Seconds after from_ms from which on each frame was observed at most FRESH_MS after its capture; None: never."""
    span = sorted((each.observed_ms, each.age_ms) for each in observations if from_ms <= each.observed_ms <= to_ms)
    late = [observed for observed, age in span if age > FRESH_MS]
    if not span or span[-1][1] > FRESH_MS:
        return None
    if not late:
        return max(0, span[0][0] - from_ms) / 1_000
    return next(observed - from_ms for observed, _ in span if observed > late[-1]) / 1_000


def slowest_delivery_s(deliveries: dict[str, dict], from_ms: int, to_ms: int) -> float:
    """From the capture of the frame that opened or closed an alert until the receiver had it."""
    frames = [(each["atMs"], int(each["data"]["evidenceAtMs"])) for each in deliveries.values()]
    return max((at - frame for at, frame in frames if from_ms <= at <= to_ms), default=0) / 1_000
