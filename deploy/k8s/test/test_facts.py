"""Each check finds what it is for, and nothing where all is well: python3 -m unittest discover -s deploy/k8s/test"""

import struct
import unittest

import facts

RULE = {"id": "whole", "query": "sky", "enter": 0.15, "exit": 0.1}


def seen(sequence: int, share: float, age_ms: int = 300, camera: str = "north") -> facts.Observation:
    at = 1_000_000 + 1_000 * sequence
    return facts.Observation(camera, 7, sequence, at, at + age_ms, {"sky": share})


def area(sequence: int, frames: int = 1) -> dict:
    start = 1_000_000 + 1_000 * sequence
    data = {"camera": "north", "zone": "", "query": "sky", "windowMs": 1_000, "windowStartMs": start}
    return {"id": f"north/{start}/{frames}", "data": data | {"framesSeen": frames}}


def change(state: str, sequence: int, alert: str = "a") -> dict:
    frame = {"camera": "north", "epoch": 7, "sequence": sequence}
    data = {"id": alert, "camera": "north", "rule": "whole", "state": state, "evidence": frame}
    return {"id": f"{alert}/{state}/{sequence}", "data": data}


FRAMES = [seen(sequence, share) for sequence, share in enumerate((0, 0.3, 0.12, 0, 0, 0.3))]
CHANGES = [change("OPEN", 1), change("CLOSE", 3), change("OPEN", 5, "b")]


class FactsTest(unittest.TestCase):
    def test_an_observation_is_read_as_the_console_consumer_prints_it(self):
        share = b"\x0a\x03sky" + b"\x31" + struct.pack("<d", 0.25)
        frame = b"\x0a\x05north\x10\xac\x02\x18\x05"
        message = b"\x0a" + bytes([len(frame)]) + frame + b"\x10\x80\x08\x1a" + bytes([len(share)]) + share
        message += b"\x29" + bytes(8) + b"\x30\x81\x08"
        printed = "".join(chr(b) if 32 <= b < 127 and b != 0x5C else f"\\x{b:02X}" for b in message)
        self.assertEqual(
            facts.observation(facts.unescaped(printed)), facts.Observation("north", 300, 5, 1024, 1025, {"sky": 0.25})
        )
        self.assertIsNone(facts.observation(message + b"\x38\x01"))

    def test_a_window_that_is_missing_or_short_is_lost(self):
        windows = [area(sequence) for sequence in range(6)]
        self.assertEqual(facts.lost_windows(FRAMES, windows, ""), [])
        self.assertEqual(len(facts.lost_windows(FRAMES, windows[1:], "")), 1)
        self.assertEqual(len(facts.lost_windows([*FRAMES, seen(5, 0.3, camera="south")], windows, "")), 1)
        self.assertEqual(len(facts.lost_windows(FRAMES, [area(0, 2), *windows[1:]], "")), 1)

    def test_a_window_that_comes_late_in_full_is_not_lost(self):
        twice = [*FRAMES, facts.Observation("north", 7, 6, 1_005_500, 1_006_000, {"sky": 0.3})]
        windows = [area(sequence) for sequence in range(6)]
        self.assertEqual(facts.lost_windows(twice, [*windows, area(5, 2)], ""), [])

    def test_the_same_state_of_a_window_is_written_once(self):
        self.assertEqual(facts.doubled_windows([area(1), area(1, 2)]), [])
        self.assertEqual(len(facts.doubled_windows([area(1), area(1)])), 1)

    def test_alerts_are_those_that_the_frames_ask_for(self):
        self.assertEqual(facts.wrong_alerts(FRAMES, CHANGES, "north", RULE), [])
        self.assertEqual(len(facts.wrong_alerts(FRAMES, CHANGES[:2], "north", RULE)), 1)
        self.assertEqual(len(facts.wrong_alerts(FRAMES[:4], CHANGES, "north", RULE)), 1)
        self.assertEqual(len(facts.wrong_alerts(FRAMES, [], "north", RULE)), 1)

    def test_openings_and_closings_take_turns(self):
        self.assertEqual(facts.wrong_turns(CHANGES, "north", "whole"), [])
        self.assertNotEqual(facts.wrong_turns([CHANGES[0], CHANGES[2]], "north", "whole"), [])
        self.assertNotEqual(facts.wrong_turns([CHANGES[1]], "north", "whole"), [])
        self.assertNotEqual(facts.wrong_turns([*CHANGES[:2], change("OPEN", 9)], "north", "whole"), [])

    def test_each_change_is_delivered(self):
        delivered = {event["id"]: {} for event in CHANGES}
        self.assertEqual(facts.undelivered(CHANGES, delivered), [])
        self.assertEqual(len(facts.undelivered(CHANGES, {})), 3)
        self.assertEqual(len(facts.undelivered(CHANGES[1:], delivered)), 1)

    def test_a_frame_that_is_observed_twice_is_told(self):
        self.assertEqual(facts.repeated(FRAMES), [])
        self.assertEqual(len(facts.repeated([*FRAMES, FRAMES[2]])), 1)

    def test_the_gap_may_begin_before_the_span(self):
        frames = [*FRAMES[:2], FRAMES[5]]
        self.assertEqual(facts.longest_gap_s(frames, 1_003_000, 1_009_000), 4)
        self.assertEqual(facts.longest_gap_s(frames, 1_006_000, 1_009_000), 0)

    def test_frames_are_fresh_after_the_last_late_one(self):
        frames = [seen(0, 0), seen(1, 0, 2_500), seen(4, 0), seen(5, 0)]
        self.assertEqual(facts.fresh_after_s(frames, 1_000_000, 1_009_000), 4.3)
        self.assertEqual(facts.fresh_after_s(frames, 1_003_900, 1_009_000), 0.4)
        self.assertIsNone(facts.fresh_after_s(frames[:2], 1_000_000, 1_009_000))
        self.assertIsNone(facts.fresh_after_s(frames, 1_008_000, 1_009_000))

    def test_a_delivery_takes_from_the_frame_to_the_receiver(self):
        delivered = {
            "a": {"atMs": 5_000, "data": {"evidenceAtMs": "3500"}},
            "b": {"atMs": 9_000, "data": {"evidenceAtMs": "1"}},
        }
        self.assertEqual(facts.slowest_delivery_s(delivered, 4_000, 6_000), 1.5)


if __name__ == "__main__":
    unittest.main()
