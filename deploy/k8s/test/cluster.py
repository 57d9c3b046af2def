"""Applies an overlay to a cluster and disturbs it; `run` beside it says how it is used."""

import json
import os
import secrets
import shlex
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path

import facts
from kube import NAME, Cluster, Failed, is_ready

HERE = Path(__file__).resolve().parent
ROLES = ("ingest", "inference", "topology", "delivery", "dashboard")
KINDS = {"inference": "deployment", "dashboard": "deployment"}
CAMERAS = ("north", "south")
QUERY = "sky"
ZONE = "above"
RULES = tuple(
    {"id": name, "query": QUERY, "zone": zone, "enter": 0.15, "exit": 0.1}
    for name, zone in (("whole", ""), ("part", ZONE))
)
STEADY_S = 10
FIGURES = (
    "disturbance",
    "Ready after, s",
    "longest gap, s",
    "frames under 1 s old again after, s",
    "oldest frame, s",
    "slowest alert, s",
)


def workload(role: str) -> str:
    return f"{KINDS.get(role, 'statefulset')}/{role}"


def say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, flush=True)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Test:
    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster = cluster
        self.folder = folder
        self.fps = float(os.environ.get("FPS", "1"))
        # What was done: name, when it began, when all was ready, when the next began.
        self.spans: list[list] = []
        self.ready_s: dict[str, float] = {}

    def kustomization(self) -> str:
        """The overlay, what the test adds, and the images to be used; folders are relative, as Kustomize wants them."""
        overlay = Path(os.environ.get("OVERLAY", HERE.parent / "overlays" / "single-node")).resolve()
        images = []
        for pair in os.environ.get("IMAGES", "").split():
            name, _, to = pair.partition("=")
            repository, _, tag = to.rpartition(":")
            digest = repository.endswith("@sha256")
            images.append(
                {"name": name, "newName": repository.removesuffix("@sha256")}
                | ({"digest": "sha256:" + tag} if digest else {"newTag": tag})
            )
        return json.dumps(
            {
                "namespace": self.cluster.namespace,
                "resources": [os.path.relpath(overlay, self.folder)],
                "components": [os.path.relpath(HERE, self.folder)],
                "images": images,
            }
        )

    def deploy(self) -> None:
        cluster, name = self.cluster, self.cluster.namespace
        if cluster.kubectl("get", "namespace", name, "--ignore-not-found"):
            raise Failed(f"There is a namespace {name}. Delete it, or name another: NAMESPACE=…")
        (self.folder / "kustomization.yaml").write_text(self.kustomization())
        cluster.kubectl("create", "namespace", name)
        for secret, value in (
            ("segwatch-secrets-key", "secrets.key=" + b64encode(secrets.token_bytes(32)).decode()),
            ("segwatch-dashboard", "token=" + secrets.token_hex(24)),
        ):
            cluster.kubectl("create", "secret", "generic", secret, "--from-literal=" + value)
        started = time.monotonic()
        cluster.kubectl("apply", "-k", str(self.folder))

        def all_ready() -> bool:
            for each in (*ROLES, "kafka", "peers"):
                if each not in self.ready_s and (pods := cluster.pods(each)) and all(map(is_ready, pods)):
                    self.ready_s[each] = time.monotonic() - started
                    say(f"{each} is ready after {self.ready_s[each]:.0f} s")
            return len(self.ready_s) == len(ROLES) + 2

        cluster.until("all pods ready", all_ready)
        restarts = {
            role: sum(s["restartCount"] for pod in cluster.pods(role) for s in pod["status"]["containerStatuses"])
            for role in ROLES
        }
        if any(restarts.values()):
            raise Failed(f"Roles restarted before Kafka was there, rather than wait: {restarts}")

    def define(self) -> None:
        self.post("queries", {"id": QUERY, "text": QUERY})
        half = [{"x": 0, "y": 0}, {"x": 1, "y": 0}, {"x": 1, "y": 0.5}, {"x": 0, "y": 0.5}]
        for camera in CAMERAS:
            zone = {"id": ZONE, "name": "Above the meadow", "rings": [{"points": half}]}
            url = f"http://peers:8080/camera/{camera}.png"
            self.post("cameras", {"id": camera, "url": url, "targetFps": self.fps, "zones": [zone]})
        for rule in RULES:
            self.post("rules", rule)
        states = ["OPEN", "CLOSE"]
        rules = [rule["id"] for rule in RULES]
        self.post("webhooks", {"id": "peers", "url": "http://peers:8080/hook", "states": states, "rules": rules})
        self.cluster.until("observations of each camera", self.observed)
        say("cameras are observed")
        wanted = {(camera, rule["id"], state) for camera in CAMERAS for rule in RULES for state in states}

        def all_delivered() -> bool:
            found = [each["data"] for each in self.deliveries().values()]
            return wanted <= {(data["camera"], data["rule"], data["state"]) for data in found}

        self.cluster.until("an alert of each rule and camera, opened and closed, at the webhook", all_delivered)
        say("rules fire, webhooks are delivered")

    def post(self, kind: str, body: dict) -> None:
        def stored() -> bool:
            status, answer = self.cluster.api("POST", "/api/" + kind, body)
            if 400 <= status < 500 and status != 409:
                raise Failed(f"{kind}/{body['id']}: {status} {answer}")
            return status in (201, 409)

        self.cluster.until(f"{kind}/{body['id']} stored", stored, 60)

    def deliveries(self) -> dict[str, dict]:
        status, answer = self.cluster.api("GET", "http://localhost:8080/deliveries")
        return json.loads(answer) if status == 200 else {}

    def observed(self) -> bool:
        """Whether of each camera a window has closed that is as new as can be."""
        since = now_ms() - 6_000
        for camera in CAMERAS:
            status, answer = self.cluster.api("GET", f"/api/areas?camera={camera}&windowMs=1000&from={since}")
            if status != 200 or not json.loads(answer).get("areas"):
                return False
        return True

    def disturb(self, name: str, action) -> None:
        """Does it, which ends when all is ready again, and waits until pictures and alerts have gone on for a while."""
        say(name)
        began = now_ms()
        action()
        ready = now_ms()
        self.cluster.until("observations after: " + name, self.observed)
        time.sleep(STEADY_S)
        self.spans.append([name, began, ready, now_ms()])
        say(f"  ready after {(ready - began) / 1_000:.0f} s")

    def restart(self, role: str) -> None:
        before = self.cluster.uids(role)
        self.cluster.kubectl("rollout", "restart", workload(role))
        self.cluster.await_ready(role, 1, before)

    def kill(self, role: str) -> None:
        before = self.cluster.uids(role)
        self.cluster.kubectl("delete", "pod", "-l", f"{NAME}={role}", "--grace-period=0", "--force", "--wait=false")
        self.cluster.await_ready(role, 1, before)

    def scale(self, role: str, count: int) -> None:
        self.cluster.kubectl("scale", workload(role), f"--replicas={count}")
        self.cluster.await_ready(role, count)

    def drain(self) -> None:
        """Evicts what of Segwatch is on a node, as budgets allow it, and lets pods come back to it only then."""
        cluster = self.cluster
        before = {role: cluster.uids(role) for role in ROLES}
        node = cluster.pods("topology")[0]["spec"]["nodeName"]
        selector = "--pod-selector=app.kubernetes.io/part-of=segwatch"
        try:
            wait = f"--timeout={cluster.patience}s"
            cluster.kubectl("drain", node, selector, "--delete-emptydir-data", wait, timeout=cluster.patience + 30)
        finally:
            cluster.kubectl("uncordon", node)
        for role in ROLES:
            on_node = {} if len(before[role]) > 1 else before[role]
            cluster.await_ready(role, len(before[role]), on_node)

    def disturbances(self) -> None:
        for role in ROLES:
            self.disturb(f"rolling restart of {role}", lambda role=role: self.restart(role))
        self.disturb("drain of the node", self.drain)
        for role in ROLES:
            self.disturb(f"killed pod of {role}", lambda role=role: self.kill(role))
        for role, count in (("inference", 3), ("inference", 1), ("ingest", 2), ("ingest", 1)):
            self.disturb(f"{role} to {count}", lambda role=role, count=count: self.scale(role, count))

    def topic(self, name: str, *more: str) -> list[str]:
        consumer = (
            'java -Xmx128m -XX:+UseSerialGC -cp "$KAFKA_LIBS" org.apache.kafka.tools.consumer.ConsoleConsumer'
            f" --bootstrap-server localhost:9092 --from-beginning --timeout-ms 15000 --topic {name}"
            " --command-property isolation.level=read_committed " + shlex.join(more)
        )
        return self.cluster.kubectl("exec", "deploy/kafka", "--", "sh", "-c", consumer, timeout=300).splitlines()

    def judge(self) -> list[str]:
        """Ends the cameras, reads everything, and tells what is wrong."""
        cluster = self.cluster
        cluster.kubectl("scale", workload("ingest"), "--replicas=0")
        cluster.await_ready("ingest", 0)
        # Windows of a silent camera close after segwatch.topology.silence and grace.
        time.sleep(15)
        value = ("--formatter-property", "value.deserializer=org.apache.kafka.common.serialization.BytesDeserializer")
        read = map(facts.observation, map(facts.unescaped, self.topic("segwatch.observations", *value)))
        observations = [each for each in read if each]
        rules = {rule["id"] for rule in RULES}
        # Its peaks (UPDATE) and built-in rules (drift) come as they come.
        told = facts.events(self.topic("segwatch.alert-events"))
        alerts = [event for event in told if event["data"]["rule"] in rules and event["data"]["state"] != "UPDATE"]
        areas = facts.events(self.topic("segwatch.area-events"))
        cluster.until("all deliveries", lambda: len(self.deliveries()) >= len({each["id"] for each in alerts}), 60)
        deliveries = self.deliveries()
        wrong = facts.doubled_windows(areas) + facts.undelivered(alerts, deliveries)
        for zone in ("", ZONE):
            wrong += facts.lost_windows(observations, areas, zone)
        for camera in CAMERAS:
            wrong += facts.wrong_alerts(observations, alerts, camera, RULES[0])
            for rule in RULES:
                wrong += facts.wrong_turns(alerts, camera, rule["id"])
        self.report(observations, alerts, areas, deliveries)
        return wrong

    def report(self, observations: list, alerts: list, areas: list, deliveries: dict) -> None:
        again = sum(each["times"] - 1 for each in deliveries.values())
        twice = len(facts.repeated(observations))
        print(f"\n{len(observations)} observations, {twice} of a frame that was observed before; {len(areas)} windows;")
        print(f"{len(alerts)} changes of alerts; {len(deliveries)} deliveries, {again} posted again\n")
        print("Ready after the first apply, s: " + ", ".join(f"{k} {v:.0f}" for k, v in self.ready_s.items()) + "\n")
        print("| " + " | ".join(FIGURES) + " |\n|---|--:|--:|--:|--:|--:|")
        of = [[each for each in observations if each.camera == camera] for camera in CAMERAS]
        for name, began, ready, end in self.spans:
            gap = max(facts.longest_gap_s(each, began, end) for each in of)
            fresh = [facts.fresh_after_s(each, ready, end) for each in of]
            again = "never" if None in fresh else f"{max(fresh):.1f}"
            oldest = max((e.age_ms for e in observations if began <= e.observed_ms <= end), default=0) / 1_000
            slowest = facts.slowest_delivery_s(deliveries, began, end)
            print(f"| {name} | {(ready - began) / 1_000:.1f} | {gap:.1f} | {again} | {oldest:.1f} | {slowest:.1f} |")
        print()


def main() -> int:
    cluster = Cluster()
    with tempfile.TemporaryDirectory() as folder:
        test = Test(cluster, Path(folder).resolve())
        try:
            test.deploy()
            test.define()
            test.disturbances()
            if wrong := test.judge():
                raise Failed("\n".join([f"{len(wrong)} faults", *wrong[:50]]))
        except Failed as failure:
            cluster.explain()
            print(f"FAILED: {failure}\nThe namespace {cluster.namespace} is left as it is.", file=sys.stderr)
            return 1
    if "KEEP" not in os.environ:
        cluster.kubectl("delete", "namespace", cluster.namespace, timeout=300)
    print("passed: no alert and no window was lost or doubled")
    return 0


if __name__ == "__main__":
    sys.exit(main())
