package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.TopicReader;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Cameras behind a real RTSP server. */
class RtspIT {
    private static final String PASSWORD = "p@ss:w/rd 100%";

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(3);

    @TempDir
    static Path folder;

    static Path clip;
    static Kafka kafka;
    static Producer<String, byte[]> producer;
    static Sender<Camera> cameras;
    static Credentials credentials;

    IngestRole role;
    TopicReader<Frame> frames;
    TopicReader<CameraStatus> statuses;

    @BeforeAll
    static void start() throws Exception {
        RtspServer.require();
        clip = Clips.h264(folder.resolve("clip.mp4"), 320, 192, 25, 1_500);
        kafka = KAFKA.kafka();
        producer = KAFKA.producer();
        cameras = Kafka.sender(Topic.CAMERAS, producer, "test");
        credentials = new Credentials(folder.resolve("credentials.properties"));
    }

    @BeforeEach
    void startRole() {
        frames = new TopicReader<>(kafka, Topic.FRAMES);
        statuses = new TopicReader<>(kafka, Topic.CAMERA_STATUS);
        IngestConfig config = Configuration.of(Map.of(
                        "segwatch.ingest.pixels", "65536",
                        "segwatch.ingest.max-cameras", "8",
                        "segwatch.ingest.connect-timeout", "3s",
                        "segwatch.ingest.read-timeout", "4s",
                        "segwatch.ingest.stall-after", "2s",
                        "segwatch.ingest.retry-first", "100ms",
                        "segwatch.ingest.retry-most", "400ms",
                        "segwatch.ingest.file-roots", folder.toString()))
                .get(IngestConfig.class);
        role = IngestRole.start(kafka, config, credentials);
    }

    @AfterEach
    void stopRole() throws Exception {
        role.close();
        frames.close();
        statuses.close();
    }

    private static Camera put(String id, String url, String name) {
        // An entry is for one address.
        String entry = name.isEmpty() ? "" : name + "-" + id;
        if (!name.isEmpty()) {
            TestLogin.put(credentials, entry, url, "viewer", name.equals("right") ? PASSWORD : "secret-but-wrong");
        }
        Camera camera =
                Camera.newBuilder().setId(id).setUrl(url).setCredentials(entry).build();
        cameras.send(id, camera);
        producer.flush();
        return camera;
    }

    private static void delete(String id) {
        cameras.delete(id);
        producer.flush();
    }

    @Test
    void publishesALiveStreamEvenlyAtTheTargetRate() throws Exception {
        try (RtspServer server = RtspServer.start(clip, 0)) {
            put("live", server.url(), "");
            await().atMost(Duration.ofSeconds(30)).until(() -> frames.of("live").size() >= 41);
            delete("live");
        }
        List<Frame> got = frames.of("live");
        // The first second is left out: a server sends what it has buffered faster than it happened.
        long span = got.get(40).getCapturedAtMs() - got.get(10).getCapturedAtMs();
        assertThat(span).isBetween(2_850L, 4_500L);
        for (int i = 1; i < got.size(); i++) {
            assertThat(got.get(i).getCapturedAtMs())
                    .isGreaterThan(got.get(i - 1).getCapturedAtMs());
        }
    }

    @Test
    void signsInWithTheCredentialsThatTheCameraNames() throws Exception {
        try (RtspServer basic = RtspServer.start(clip, 0, "basic", "viewer", PASSWORD);
                RtspServer digest = RtspServer.start(clip, 0, "digest", "viewer", PASSWORD)) {
            put("basic", basic.url(), "right");
            put("digest", digest.url(), "right");
            statuses.await("basic", status -> status.getState() == State.LIVE);
            statuses.await("digest", status -> status.getState() == State.LIVE);
            delete("basic");
            delete("digest");
        }
    }

    @Test
    void saysThatUserOrPasswordAreRefusedWithoutShowingThem() throws Exception {
        try (RtspServer server = RtspServer.start(clip, 0, "digest", "viewer", PASSWORD)) {
            put("refused", server.url(), "wrong");
            CameraStatus offline = statuses.await("refused", status -> status.getState() == State.OFFLINE);
            assertThat(offline.getReason())
                    .contains("401")
                    .contains("\"wrong-refused\"")
                    .doesNotContain("viewer")
                    .doesNotContain("secret");
            put("nameless", server.url(), "");
            CameraStatus none = statuses.await("nameless", status -> status.getState() == State.OFFLINE);
            assertThat(none.getReason()).contains("asks for a user");
            delete("refused");
            delete("nameless");
        }
    }

    @Test
    void saysThatAPathIsWrong() throws Exception {
        try (RtspServer server = RtspServer.start(clip, 0)) {
            put("path", server.url() + "-that-is-not-there", "");
            CameraStatus offline = statuses.await("path", status -> status.getState() == State.OFFLINE);
            assertThat(offline.getReason()).contains("404");
            delete("path");
        }
    }

    @Test
    void showsAFrozenCameraAsStalledThenOfflineAndComesBackWithoutDisturbingAnother() throws Exception {
        try (RtspServer frozen = RtspServer.start(clip, 0);
                RtspServer other = RtspServer.start(clip, 0)) {
            put("frozen", frozen.url(), "");
            put("other", other.url(), "");
            CameraStatus before = statuses.await("frozen", status -> status.getState() == State.LIVE);
            statuses.await("other", status -> status.getState() == State.LIVE);
            frozen.freeze();
            CameraStatus stalled = statuses.await("frozen", status -> status.getState() == State.STALLED);
            assertThat(stalled.getReason()).contains("No picture for 2000 ms");
            assertThat(stalled.getFps()).isZero();
            int others = frames.of("other").size();
            CameraStatus offline = statuses.await("frozen", status -> status.getState() == State.OFFLINE);
            assertThat(offline.getReason()).contains("no picture within 4000 ms");
            assertThat(offline.getRetryAtMs()).isPositive();
            // The server takes the new connection and answers nothing: connecting must end too.
            int seen = statuses.of("frozen").size();
            CameraStatus again = statuses.await(
                    "frozen", status -> status.getState() == State.OFFLINE && status.getReconnects() > 0, seen);
            assertThat(again.getReason()).contains("no picture within 3000 ms");
            assertThat(frames.of("other").size()).isGreaterThan(others + 20);
            seen = statuses.of("frozen").size();
            frozen.thaw();
            CameraStatus after = statuses.await("frozen", status -> status.getState() == State.LIVE, seen);
            assertThat(after.getEpoch()).isGreaterThan(before.getEpoch());
            assertThat(after.getReconnects()).isPositive();
            assertThat(statuses.of("other"))
                    .noneMatch(status -> status.getState() == State.OFFLINE || status.getState() == State.STALLED);
            delete("frozen");
            delete("other");
        }
    }

    @Test
    void comesBackWhenTheServerIsRestarted() throws Exception {
        int port;
        try (RtspServer first = RtspServer.start(clip, 0)) {
            port = first.port;
            put("restarted", first.url(), "");
            statuses.await("restarted", status -> status.getState() == State.LIVE);
        }
        CameraStatus gone = statuses.await(
                "restarted",
                status ->
                        status.getState() == State.OFFLINE && status.getReason().contains("connection refused"));
        assertThat(gone.getRetryAtMs()).isPositive();
        int seen = statuses.of("restarted").size();
        try (RtspServer second = RtspServer.start(clip, port)) {
            assertThat(second.port).isEqualTo(port);
            CameraStatus back = statuses.await("restarted", status -> status.getState() == State.LIVE, seen);
            assertThat(back.getEpoch()).isGreaterThan(gone.getEpoch());
            long epoch = back.getEpoch();
            await().until(() -> frames.of("restarted").stream()
                    .anyMatch(frame ->
                            frame.getId().getEpoch() == epoch && frame.getId().getSequence() == 0));
            delete("restarted");
        }
    }

    @Test
    void closesWhileACameraIsFrozen() throws Exception {
        try (RtspServer server = RtspServer.start(clip, 0)) {
            put("held", server.url(), "");
            statuses.await("held", status -> status.getState() == State.LIVE);
            server.freeze();
            role.close();
            CameraStatus last = statuses.await("held", status -> status.getState() == State.OFFLINE);
            assertThat(last.getReason()).contains("stopped");
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("camera-held"));
            delete("held");
        }
    }
}
