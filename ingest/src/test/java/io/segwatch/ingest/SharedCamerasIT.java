package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.ForkedProcess;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SharedCamerasIT {
    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(3);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    private final List<LiveCamera> cameras = new ArrayList<>();
    private final List<ForkedProcess> processes = new ArrayList<>();
    private Sender<Camera> definitions;
    private TopicReader<Frame> frames;
    private TopicReader<CameraStatus> statuses;

    @BeforeEach
    void define() throws Exception {
        Kafka kafka = KAFKA.kafka();
        frames = new TopicReader<>(kafka, Topic.FRAMES);
        statuses = new TopicReader<>(kafka, Topic.CAMERA_STATUS);
        definitions = Kafka.sender(Topic.CAMERAS, KAFKA.producer(), "test");
        for (int n = 0; n < 6; n++) {
            LiveCamera camera = new LiveCamera("camera-" + n);
            cameras.add(camera);
            definitions.send(camera.id, camera.definition());
        }
        KAFKA.producer().flush();
    }

    @AfterEach
    void stop() throws Exception {
        cameras.forEach(camera -> definitions.delete(camera.id));
        KAFKA.producer().flush();
        for (ForkedProcess process : processes) {
            process.close();
        }
        cameras.forEach(LiveCamera::close);
        frames.close();
        statuses.close();
    }

    private ForkedProcess start() throws Exception {
        ForkedProcess process = new ForkedProcess(
                IngestProcess.class, folder, KAFKA.clientFile().toString(), folder.toString());
        processes.add(process);
        return process.start();
    }

    /** By camera, the instance that has it live; without those that nobody has. */
    private Map<String, String> owners() {
        Map<String, String> owners = new TreeMap<>();
        statuses.values().forEach(status -> {
            owners.remove(status.getCamera());
            if (status.getState() == State.LIVE) {
                owners.put(status.getCamera(), status.getInstance());
            }
        });
        return owners;
    }

    /** Waits until so many instances have all cameras live, as many each. */
    private Map<String, String> awaitShares(int instances) {
        return await().atMost(PATIENCE).until(this::owners, owners -> {
            Map<String, Long> loads = owners.values().stream()
                    .collect(Collectors.groupingBy(instance -> instance, Collectors.counting()));
            return loads.size() == instances
                    && loads.values().stream().allMatch(load -> load == cameras.size() / instances)
                    && cameras.stream().allMatch(camera -> camera.watching() == 1);
        });
    }

    private Map<String, Integer> connections() {
        return cameras.stream().collect(Collectors.toMap(camera -> camera.id, LiveCamera::connections));
    }

    /** Of each camera, in the order of the topic: a new connection's frames come after all of the one before. */
    private void assertNoCameraWasGrabbedTwice() {
        for (LiveCamera camera : cameras) {
            frames.await(camera.id, frame -> true);
            assertThat(frames.of(camera.id).stream()
                            .map(frame -> frame.getId().getEpoch())
                            .toList())
                    .as(camera.id)
                    .isSorted();
        }
    }

    private void assertOnlyThoseThatMovedReconnected(
            Map<String, String> before, Map<String, String> after, Map<String, Integer> connectionsBefore) {
        Map<String, Integer> now = connections();
        before.forEach((camera, owner) -> {
            if (owner.equals(after.get(camera))) {
                assertThat(now.get(camera)).as(camera).isEqualTo(connectionsBefore.get(camera));
            }
        });
    }

    @Test
    void processesShareTheCamerasAndGoOnWithThoseOfOneThatDies() throws Exception {
        start();
        awaitShares(1);
        start();
        Map<String, String> two = awaitShares(2);
        Map<String, Integer> before = connections();

        ForkedProcess third = start();
        Map<String, String> three = awaitShares(3);
        assertOnlyThoseThatMovedReconnected(two, three, before);
        String newcomer = three.values().stream()
                .filter(instance -> !two.containsValue(instance))
                .findFirst()
                .orElseThrow();

        Map<String, Integer> beforeDeath = connections();
        long killed = System.currentTimeMillis();
        third.kill();
        Map<String, String> left = awaitShares(2);
        assertThat(left.values()).doesNotContain(newcomer);
        assertOnlyThoseThatMovedReconnected(three, left, beforeDeath);
        assertNoCameraWasGrabbedTwice();
        long last = IntStream.range(0, cameras.size())
                .mapToObj(n -> cameras.get(n).id)
                .filter(camera -> three.get(camera).equals(newcomer))
                .flatMap(camera -> frames.of(camera).stream()
                        .filter(frame -> frame.getCapturedAtMs() > killed)
                        .limit(1))
                .mapToLong(Frame::getCapturedAtMs)
                .max()
                .orElseThrow();
        System.out.println("The cameras of a killed process went on after " + (last - killed) + " ms");
    }

    @Test
    void camerasOfAProcessThatLeavesGoOnAndItSaysNothingAfterwards() throws Exception {
        start();
        ForkedProcess leaving = start();
        Map<String, String> two = awaitShares(2);
        leaving.stop();
        Map<String, String> one = awaitShares(1);
        assertThat(two.values()).containsAll(one.values());
        assertNoCameraWasGrabbedTwice();
    }

    @Test
    void aProcessThatStoodStillGrabsNothingWhenItGoesOn() throws Exception {
        start();
        Map<String, String> first = awaitShares(1);
        ForkedProcess paused = start();
        Map<String, String> two = awaitShares(2);
        String sleeper = two.values().stream()
                .filter(instance -> !first.containsValue(instance))
                .findFirst()
                .orElseThrow();
        Map<String, Long> epochs = new TreeMap<>();
        two.forEach((camera, instance) -> {
            if (instance.equals(sleeper)) {
                epochs.put(camera, frames.last(camera).getId().getEpoch());
            }
        });
        paused.pause();
        await().atMost(PATIENCE).until(() -> owners().values().stream().noneMatch(sleeper::equals));
        epochs.forEach(
                (camera, epoch) -> frames.await(camera, frame -> frame.getId().getEpoch() > epoch));
        long resumed = System.currentTimeMillis();
        paused.resume();
        awaitShares(2);
        epochs.forEach((camera, epoch) -> assertThat(frames.of(camera))
                .noneMatch(frame -> frame.getId().getEpoch() <= epoch && frame.getCapturedAtMs() >= resumed));
    }
}
