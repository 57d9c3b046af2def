package io.segwatch.bench.faults;

import static io.segwatch.bench.faults.Measured.secondsBetween;

import io.segwatch.bench.faults.TopicWatch.Sighting;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Processes of Segwatch that are killed (SIGKILL) at a random moment and started again at once. */
final class ProcessFaults {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String CAMERA = "fault-worker";
    private static final int MOST_MS_TO_KILL = 2_000;
    private static final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    static final List<Fault> ALL = List.of(
            new Fault(
                    "topology-killed",
                    "no alert lost or doubled",
                    20,
                    (bed, rounds, measured) -> killed(bed, rounds, measured, "topology")),
            new Fault(
                    "delivery-killed",
                    "no alert lost; one may be posted twice with the same id",
                    20,
                    (bed, rounds, measured) -> killed(bed, rounds, measured, "delivery")),
            new Fault(
                    "broker-killed",
                    "no alert lost or doubled; no other process needs a restart",
                    20,
                    (bed, rounds, measured) -> killed(bed, rounds, measured, "broker")),
            new Fault(
                    "all-killed",
                    "no alert lost or doubled",
                    5,
                    (bed, rounds, measured) -> killed(bed, rounds, measured, "broker", "topology", "delivery")),
            new Fault(
                    "worker-killed",
                    "killed in mid-frame: no frame is observed twice, frames go on where it is back",
                    5,
                    ProcessFaults::workerKilled),
            new Fault(
                    "dashboard-killed",
                    "the page answers again once it is back; alerts go on meanwhile",
                    5,
                    ProcessFaults::dashboardKilled));

    private ProcessFaults() {}

    private static void killed(TestBed bed, int rounds, Measured measured, String... roles) throws Exception {
        for (int round = 1; round <= rounds; round++) {
            // The moment of the kill is what is random here.
            TimeUnit.MILLISECONDS.sleep(bed.random.nextInt(MOST_MS_TO_KILL));
            long killedMs = System.currentTimeMillis();
            long killed = System.nanoTime();
            for (String role : roles) {
                bed.deployment.process(role).kill();
            }
            bed.deployment.start(roles);
            double up = secondsBetween(killed, System.nanoTime());
            Waiting.until("new alerts are delivered", PATIENCE, () -> bed.receiver.newestMs() > killedMs);
            measured.back.add(secondsBetween(killed, System.nanoTime()));
            bed.progress(String.format(
                    "%s killed, %d of %d: started after %.1f s, a new alert delivered after %.1f s",
                    String.join(", ", roles), round, rounds, up, measured.back.get(round - 1)));
            checkAlive(bed, measured);
        }
        measured.note("back: the next alert at the receiver, start of the JVM included");
    }

    /** What an orchestrator would restart counts as broken: the kill was another process's. */
    private static void checkAlive(TestBed bed, Measured measured) throws IOException, InterruptedException {
        for (RoleProcess process : bed.deployment.processes().values()) {
            boolean alive = process.isAlive() && process.answer("/health").startsWith("200");
            measured.check(alive, process.name + " ended or fell ill: " + process.answer("/health"));
            if (!alive) {
                process.kill();
                process.start();
            }
        }
    }

    private static void workerKilled(TestBed bed, int rounds, Measured measured) throws Exception {
        bed.deployment.start("inference");
        bed.deployment.define(
                Topic.QUERIES,
                "bar",
                Query.newBuilder().setId("bar").setText("white bar").build());
        try (CameraServer server = new CameraServer(bed.folder())) {
            server.start(bed.clip);
            bed.addCamera(CAMERA, server.url());
            awaitObservation(bed, 0);
            for (int round = 1; round <= rounds; round++) {
                TimeUnit.MILLISECONDS.sleep(1_000 + bed.random.nextInt(MOST_MS_TO_KILL));
                long killed = System.nanoTime();
                bed.deployment.process("inference").kill();
                bed.deployment.start("inference");
                double up = secondsBetween(killed, System.nanoTime());
                long observed =
                        awaitObservation(bed, killed + Duration.ofMillis(500).toNanos());
                measured.back.add(secondsBetween(killed, observed));
                measured.loseFrames(bed.watch.frames(CAMERA).stream()
                        .filter(frame -> frame.nanos() > killed && frame.nanos() < observed)
                        .count());
                bed.progress(String.format(
                        "worker killed, %d of %d: started after %.1f s, observes after %.1f s",
                        round, rounds, up, measured.back.get(round - 1)));
            }
            checkObservedOnce(bed, measured);
            checkAlive(bed, measured);
        } finally {
            bed.removeCamera(CAMERA);
            bed.deployment.stop("inference");
        }
    }

    private static long awaitObservation(TestBed bed, long since) throws InterruptedException {
        Waiting.until(
                "frames are observed",
                PATIENCE,
                () -> TopicWatch.first(bed.watch.observations(CAMERA), since, any -> true) != null);
        return TopicWatch.first(bed.watch.observations(CAMERA), since, any -> true)
                .nanos();
    }

    private static void checkObservedOnce(TestBed bed, Measured measured) {
        Set<Object> seen = new HashSet<>();
        for (Sighting<Observation> observation : bed.watch.observations(CAMERA)) {
            measured.check(
                    observation.message().getBackfill()
                            || seen.add(observation.message().getFrame()),
                    "a frame was observed twice");
        }
    }

    private static void dashboardKilled(TestBed bed, int rounds, Measured measured) throws Exception {
        bed.deployment.start("dashboard");
        for (int round = 1; round <= rounds; round++) {
            TimeUnit.MILLISECONDS.sleep(bed.random.nextInt(MOST_MS_TO_KILL));
            long killed = System.nanoTime();
            bed.deployment.process("dashboard").kill();
            bed.deployment.process("dashboard").launch();
            Waiting.until("the page answers", PATIENCE, () -> answers(bed.deployment.page + "/api/status"));
            measured.back.add(secondsBetween(killed, System.nanoTime()));
            long alerts = bed.watch.alertsSince(killed).stream()
                    .filter(alert -> alert.getState() == Alert.State.OPEN)
                    .count();
            measured.check(alerts > 0, "no alert while the dashboard was away");
            bed.progress(String.format(
                    "dashboard killed, %d of %d: answers after %.1f s", round, rounds, measured.back.get(round - 1)));
            bed.deployment.start("dashboard");
        }
        checkAlive(bed, measured);
        bed.deployment.stop("dashboard");
    }

    private static boolean answers(String url) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
