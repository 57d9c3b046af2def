"""kubectl, and what is asked of it again and again."""

import json
import os
import shlex
import subprocess
import sys
import time

NAME = "app.kubernetes.io/name"


class Failed(Exception):
    pass


class Cluster:
    def __init__(self) -> None:
        self.command = shlex.split(os.environ.get("KUBECTL", "kubectl"))
        self.namespace = os.environ.get("NAMESPACE", "segwatch-test")
        self.patience = int(os.environ.get("PATIENCE", "300"))

    def kubectl(self, *arguments: str, stdin: str | None = None, timeout: int = 120) -> str:
        command = [*self.command, "-n", self.namespace, *arguments]
        try:
            done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired as expired:
            raise Failed(f"{shlex.join(command)} took over {timeout} s") from expired
        if done.returncode != 0:
            raise Failed(f"{shlex.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def api(self, method: str, path: str, body: dict | None = None) -> tuple[int, str]:
        """Asks the dashboard through its Service; status 0 when it does not answer."""
        arguments = ("exec", "-i", "deploy/peers", "--", "python3", "/peers/peers.py", "call", method, path)
        answer = json.loads(self.kubectl(*arguments, stdin=json.dumps(body) if body else ""))
        return answer["status"], answer["body"]

    def until(self, what: str, test, seconds: int | None = None):
        """Waits until test() gives something, and gives that."""
        seconds = seconds or self.patience
        end = time.monotonic() + seconds
        while not (found := test()):
            if time.monotonic() > end:
                raise Failed(f"{what}: not within {seconds} s")
            time.sleep(0.5)
        return found

    def pods(self, role: str) -> list[dict]:
        return json.loads(self.kubectl("get", "pods", "-l", f"{NAME}={role}", "-o", "json"))["items"]

    def uids(self, role: str) -> set[str]:
        return {pod["metadata"]["uid"] for pod in self.pods(role)}

    def await_ready(self, role: str, count: int, besides: set[str] = frozenset()) -> None:
        """Until the role has so many pods, all ready, and none of those of before."""

        def ready() -> bool:
            pods = self.pods(role)
            return len(pods) == count and all(is_ready(pod) and pod["metadata"]["uid"] not in besides for pod in pods)

        self.until(f"{count} ready pods of {role}", ready)

    def explain(self) -> None:
        """What a person looks at first: pods, events, and the end of each log."""
        for arguments in (("get", "pods", "-o", "wide"), ("get", "events", "--sort-by=.lastTimestamp")):
            print(attempt(self, *arguments)[-6_000:], file=sys.stderr)
        pods = attempt(self, "get", "pods", "-o", "name").splitlines()
        for pod in [each for each in pods if each.startswith("pod/")]:
            print(f"--- {pod}\n" + attempt(self, "logs", pod, "--tail=15"), file=sys.stderr)


def attempt(cluster: Cluster, *arguments: str) -> str:
    try:
        return cluster.kubectl(*arguments)
    except Failed as failure:
        return str(failure)


def is_ready(pod: dict) -> bool:
    conditions = {each["type"]: each["status"] for each in pod["status"].get("conditions", [])}
    return "deletionTimestamp" not in pod["metadata"] and conditions.get("Ready") == "True"
