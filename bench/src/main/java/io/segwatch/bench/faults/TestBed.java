package io.segwatch.bench.faults;

import io.segwatch.bench.faults.TopicWatch.Sighting;
import io.segwatch.contracts.CameraUrl;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.Topic;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Webhook;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** A running Segwatch whose rule, webhook and made-up camera let every alert be counted. For one thread. */
final class TestBed implements AutoCloseable {
    static final List<String> JAVA = Deployment.SMALL_JVM;
    static final int FPS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    /** As many pixels as the clips have. */
    private static final Map<String, String> SETTINGS =
            Map.of("segwatch.ingest.pixels", "61440", "segwatch.inference.threads", "1");

    final Deployment deployment;
    final TopicWatch watch;
    final Receiver receiver;
    final Clip clip;
    final Random random = new Random(22);
    private final Path folder;
    private final Path data;
    private final Consumer<String> progress;

    /**
     * Starts broker, topology and delivery.
     *
     * @param folder for everything that it writes
     * @param data Segwatch's data folder
     * @param settings over those that every bed has
     * @param progress gets a line now and then
     */
    TestBed(Path folder, Path data, Map<String, String> settings, Consumer<String> progress)
            throws IOException, InterruptedException {
        this(
                folder,
                data,
                JAVA,
                settings,
                Clip.draw(Files.createDirectories(folder).resolve("clip.mp4"), "h264", 320, 192, FPS, 900),
                progress);
    }

    /** @param java options of the JVMs */
    TestBed(
            Path folder,
            Path data,
            List<String> java,
            Map<String, String> settings,
            Clip clip,
            Consumer<String> progress)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.data = data;
        this.clip = clip;
        this.progress = progress;
        Map<String, String> all = new HashMap<>(SETTINGS);
        all.putAll(settings);
        deployment = new Deployment(folder, data, java, all);
        receiver = new Receiver();
        progress("Starting broker, topology and delivery");
        deployment.start("topology");
        deployment.define(Topic.RULES, ScriptedCamera.RULE.getId(), ScriptedCamera.RULE);
        webhook("prompt", Receiver.PROMPT);
        deployment.start("delivery");
        watch = new TopicWatch(deployment.kafka());
    }

    /** A webhook that gets the alerts of the script. */
    void webhook(String id, String path) throws IOException, InterruptedException {
        new Secrets(data.resolve("webhook-secrets.properties"))
                .put(id, CameraUrl.parse(receiver.url(path)).authority(), Secrets.Secret.of(Secrets.random()));
        deployment.define(
                Topic.WEBHOOKS,
                id,
                Webhook.newBuilder()
                        .setId(id)
                        .setUrl(receiver.url(path))
                        .setCreatedAtMs(System.currentTimeMillis())
                        .build());
    }

    void progress(String line) {
        progress.accept(line);
    }

    Path folder() {
        return folder;
    }

    /** Runs a fault, and counts the alerts that were due meanwhile. */
    Measured measure(Fault fault, int rounds) throws Exception {
        Measured measured = new Measured();
        measured.rounds = rounds;
        long repeats = receiver.repeats();
        Memory memory = new Memory(deployment);
        ScriptedCamera script = new ScriptedCamera(
                deployment.kafka(), "script-" + fault.name() + "-" + System.currentTimeMillis() % 100_000);
        try {
            Waiting.until(
                    "the script's first alert",
                    PATIENCE,
                    () -> !watch.alerts(script.id).isEmpty());
            fault.trial().run(this, rounds, measured);
        } finally {
            script.end();
            measured.memoryMiB = memory.stop() >> 10;
        }
        measured.load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        AlertCount count = count(script);
        if (count.lost() + count.doubled() > 0) {
            writeDown(script, fault.name());
        }
        measured.alerts = measured.alerts.plus(count);
        measured.repeatedPosts += receiver.repeats() - repeats;
        measured.check(measured.alerts.lost() == 0, measured.alerts.lost() + " alerts lost");
        measured.check(measured.alerts.doubled() == 0, measured.alerts.doubled() + " alerts doubled");
        return measured;
    }

    /** Waits until nothing is missing, but not for ever. */
    private AlertCount count(ScriptedCamera script) throws InterruptedException {
        Waiting.comes(PATIENCE, () -> countNow(script).lost() == 0);
        return countNow(script);
    }

    private AlertCount countNow(ScriptedCamera script) {
        List<Alert> alerts =
                watch.alerts(script.id).stream().map(Sighting::message).toList();
        return AlertCount.of(script.cycles(), alerts, receiver.ids(Receiver.PROMPT));
    }

    /** What was due and what came, for whoever looks for the cause. */
    private void writeDown(ScriptedCamera script, String fault) throws IOException {
        List<String> lines = new ArrayList<>();
        script.cycles().forEach(cycle -> lines.add("due " + cycle));
        for (Sighting<Alert> sighting : watch.alerts(script.id)) {
            String id = EventIds.of(sighting.message());
            boolean received = receiver.ids(Receiver.PROMPT).contains(id);
            lines.add("came " + id + " at " + sighting.at() + (received ? "" : ", not received"));
        }
        Path file = folder.resolve("alerts-" + fault + ".txt");
        Files.write(file, lines);
        progress("What was due and what came: " + file);
    }

    /** Defines a camera and waits until it gives frames. */
    void addCamera(String id, String url) throws IOException, InterruptedException {
        deployment.start("ingest");
        deployment.define(
                Topic.CAMERAS, id, Camera.newBuilder().setId(id).setUrl(url).build());
        Waiting.until(
                "camera " + id + " gives frames",
                PATIENCE,
                () -> !watch.frames(id).isEmpty());
    }

    void removeCamera(String id) throws IOException, InterruptedException {
        deployment.define(Topic.CAMERAS, id, null);
    }

    /** The first status since {@code nanos} in another state than LIVE. */
    Sighting<CameraStatus> awaitNotLive(String camera, long nanos) throws InterruptedException {
        Waiting.until("camera " + camera + " is said to be away", PATIENCE, () -> notLive(camera, nanos) != null);
        return notLive(camera, nanos);
    }

    private Sighting<CameraStatus> notLive(String camera, long nanos) {
        return TopicWatch.first(watch.statuses(camera), nanos, status -> status.getState() != State.LIVE);
    }

    /** The first frame since {@code nanos}. */
    Sighting<Frame> awaitFrame(String camera, long nanos) throws InterruptedException {
        Waiting.until(
                "camera " + camera + " gives frames again",
                PATIENCE,
                () -> TopicWatch.first(watch.frames(camera), nanos, frame -> true) != null);
        return TopicWatch.first(watch.frames(camera), nanos, frame -> true);
    }

    /** Frames of a camera that came since {@code nanos}. */
    long framesSince(String camera, long nanos) {
        return watch.frames(camera).stream()
                .filter(frame -> frame.nanos() > nanos)
                .count();
    }

    @Override
    public void close() {
        watch.close();
        deployment.close();
        receiver.close();
    }
}
