package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
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
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Point;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class IngestRoleIT {
    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(3);

    @TempDir
    static Path folder;

    static Path clip;
    static Kafka kafka;
    static Producer<String, byte[]> producer;
    static Sender<Camera> cameras;
    static IngestConfig config;

    IngestRole role;
    Set<String> ids = new TreeSet<>();
    TopicReader<Frame> frames;
    TopicReader<CameraStatus> statuses;

    @BeforeAll
    static void start() throws Exception {
        clip = Clips.h264(folder.resolve("clip.mp4"), 640, 360, 25, 50);
        kafka = KAFKA.kafka();
        producer = KAFKA.producer();
        cameras = Kafka.sender(Topic.CAMERAS, producer, "test");
        config = config(32);
    }

    private static IngestConfig config(int maxCameras) {
        return Configuration.of(Map.of(
                        "segwatch.ingest.pixels", "65536",
                        "segwatch.ingest.max-cameras", Integer.toString(maxCameras),
                        "segwatch.ingest.connect-timeout", "5s",
                        "segwatch.ingest.read-timeout", "5s",
                        "segwatch.ingest.stall-after", "2s",
                        "segwatch.ingest.retry-first", "100ms",
                        "segwatch.ingest.retry-most", "400ms",
                        "segwatch.ingest.file-roots", folder.toString()))
                .get(IngestConfig.class);
    }

    @BeforeEach
    void startRole() {
        frames = new TopicReader<>(kafka, Topic.FRAMES);
        statuses = new TopicReader<>(kafka, Topic.CAMERA_STATUS);
        role = IngestRole.start(kafka, config, new Credentials(folder.resolve("credentials.properties")));
    }

    @AfterEach
    void stopRole() throws Exception {
        ids.forEach(IngestRoleIT::delete);
        role.close();
        frames.close();
        statuses.close();
    }

    private static Camera.Builder camera(String id, Path file) {
        return Camera.newBuilder().setId(id).setUrl(file.toUri().toString().replace("file:///", "file:/"));
    }

    private void put(Camera.Builder camera) {
        ids.add(camera.getId());
        cameras.send(camera.getId(), camera.build());
        producer.flush();
    }

    private static void delete(String id) {
        cameras.delete(id);
        producer.flush();
    }

    @Test
    void publishesALoopedFileEvenlyAtTheTargetRate() throws Exception {
        put(camera("looped", clip));
        await().atMost(Duration.ofSeconds(30)).until(() -> frames.of("looped").size() >= 45);
        List<Frame> got = frames.of("looped").subList(0, 45);
        delete("looped");

        Frame first = got.get(0);
        for (int i = 0; i < got.size(); i++) {
            assertThat(got.get(i).getId().getEpoch()).isEqualTo(first.getId().getEpoch());
            assertThat(got.get(i).getId().getSequence()).isEqualTo(i);
        }
        // Two passes of 2 s and the beginning of a third; never faster, and slower only where the machine is.
        long span = got.get(40).getCapturedAtMs() - first.getCapturedAtMs();
        assertThat(span).isBetween(3_950L, 6_000L);
        assertThat(first.getWidth()).isEqualTo(352);
        assertThat(first.getHeight()).isEqualTo(192);
        assertThat(first.getSourceWidth()).isEqualTo(640);
        assertThat(first.getTargetFps()).isEqualTo(10);
        var picture = ImageIO.read(new ByteArrayInputStream(first.getJpeg().toByteArray()));
        assertThat(picture.getWidth()).isEqualTo(352);
        assertThat(picture.getHeight()).isEqualTo(192);

        statuses.awaitDeletion("looped");
        CameraStatus live = statuses.await("looped", status -> status.getState() == State.LIVE && status.getFps() > 5);
        assertThat(live.getTargetFps()).isEqualTo(10);
        assertThat(live.getCodec()).isEqualTo("h264");
        assertThat(live.getReason()).isEmpty();
    }

    @Test
    void givesTheNextPictureInTheCamerasOwnSize() throws Exception {
        put(camera("whole", clip));
        statuses.await("whole", status -> status.getState() == State.LIVE);
        Frame whole = role.nextPicture("whole", Duration.ofSeconds(20))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        delete("whole");
        assertThat(whole.getWidth()).isEqualTo(640);
        var picture = ImageIO.read(new ByteArrayInputStream(whole.getJpeg().toByteArray()));
        assertThat(picture.getWidth()).isEqualTo(640);
        assertThat(picture.getHeight()).isEqualTo(whole.getHeight());
        assertThat(role.nextPicture("none", Duration.ofSeconds(20)))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withMessageContaining("not grabbed");
    }

    @Test
    void endsACameraWhoseFileIsPlayedOnce() {
        put(camera("once", clip).setOnce(true));
        CameraStatus ended = statuses.await("once", status -> status.getState() == State.ENDED);
        assertThat(ended.getFramesDecoded() + ended.getFramesSkipped()).isEqualTo(50);
        await().until(() -> frames.of("once").size() >= 15);
    }

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private CameraStatus offline(String id) {
        return statuses.await(id, status -> status.getState() == State.OFFLINE);
    }

    @Test
    void saysWhatIsWrongWithEachBadSourceAndDisturbsNoOther() throws Exception {
        put(camera("undisturbed", clip));
        statuses.await("undisturbed", status -> status.getState() == State.LIVE);

        put(camera("empty", Files.createFile(folder.resolve("empty.mp4"))));
        assertThat(offline("empty").getReason()).contains("empty (0 bytes)");

        byte[] whole = Files.readAllBytes(clip);
        put(camera("truncated", Files.write(folder.resolve("truncated.mp4"), Arrays.copyOf(whole, whole.length / 2))));
        assertThat(offline("truncated").getReason()).contains("truncated");

        put(camera("text", Files.writeString(folder.resolve("text.mp4"), "no video\n".repeat(1_000))));
        assertThat(offline("text").getReason()).contains("no video that can be read");

        ImageIO.write(
                new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB),
                "png",
                folder.resolve("1x1.png").toFile());
        put(camera("dot", folder.resolve("1x1.png")));
        assertThat(offline("dot").getReason()).contains("1x1 is smaller than 16x16");

        put(camera("missing", folder.resolve("missing.mp4")));
        assertThat(offline("missing").getReason()).contains("does not exist").contains("segwatch.ingest.file-roots");

        put(camera("outside", Path.of("/etc/passwd")));
        assertThat(offline("outside").getReason()).isEqualTo(offline("missing").getReason());

        put(camera("audio", Clips.tone(folder.resolve("audio.wav"))));
        assertThat(offline("audio").getReason()).contains("holds no video");

        put(Camera.newBuilder().setId("device").setUrl("v4l2:/dev/video0"));
        assertThat(offline("device").getReason()).contains("segwatch.ingest.v4l2=true");

        put(Camera.newBuilder()
                .setId("secretless")
                .setUrl("http://127.0.0.1:1/")
                .setCredentials("nobody"));
        assertThat(offline("secretless").getReason()).contains("no credentials named \"nobody\"");

        put(Camera.newBuilder().setId("nobody-there").setUrl("rtsp://127.0.0.1:" + closedPort() + "/stream"));
        assertThat(offline("nobody-there").getReason()).contains("connection refused");

        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.start();
        put(Camera.newBuilder()
                .setId("web-server")
                .setUrl("rtsp://127.0.0.1:" + web.getAddress().getPort() + "/stream"));
        assertThat(offline("web-server").getReason()).contains("no RTSP stream").contains("Check the port");
        web.stop(0);

        int seen = frames.of("undisturbed").size();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> frames.of("undisturbed").size() > seen + 10);
        assertThat(statuses.of("undisturbed"))
                .noneMatch(status -> status.getState() == State.OFFLINE || status.getState() == State.STALLED);
    }

    @Test
    void fetchesAStillPictureAtTheTargetRate() throws Exception {
        byte[] jpeg;
        try (var bytes = new ByteArrayOutputStream()) {
            ImageIO.write(new BufferedImage(320, 192, BufferedImage.TYPE_3BYTE_BGR), "jpg", bytes);
            jpeg = bytes.toByteArray();
        }
        AtomicInteger requests = new AtomicInteger();
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/snap.jpg", exchange -> {
            requests.incrementAndGet();
            exchange.getResponseHeaders().add("Content-Type", "image/jpeg");
            exchange.sendResponseHeaders(200, jpeg.length);
            exchange.getResponseBody().write(jpeg);
            exchange.close();
        });
        web.start();
        put(Camera.newBuilder()
                .setId("snapshots")
                .setTargetFps(2)
                .setUrl("http://127.0.0.1:" + web.getAddress().getPort() + "/snap.jpg"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> frames.of("snapshots").size() >= 8);
        // Each picture is published: none is fetched for nothing.
        assertThat(requests.get()).isLessThanOrEqualTo(frames.of("snapshots").size() + 3);
        assertThat(statuses.of("snapshots")).noneMatch(status -> status.getState() == State.OFFLINE);
        web.stop(0);
    }

    @Test
    void scalesAPictureOf20Megapixels() throws Exception {
        BufferedImage picture = new BufferedImage(5_472, 3_648, BufferedImage.TYPE_3BYTE_BGR);
        ImageIO.write(picture, "jpg", folder.resolve("large.jpg").toFile());
        put(camera("large", folder.resolve("large.jpg")));
        await().atMost(Duration.ofSeconds(20)).until(() -> !frames.of("large").isEmpty());
        Frame frame = frames.of("large").get(0);
        assertThat(frame.getSourceWidth()).isEqualTo(5_472);
        assertThat(frame.getWidth()).isEqualTo(320);
    }

    @Test
    void changesACameraWhileItRuns() throws Exception {
        Path other = Clips.mpeg4(folder.resolve("other.avi"), 320, 320, 25, 50);
        put(camera("changed", clip).setTargetFps(5));
        Frame before = frames.await("changed", frame -> frame.getTargetFps() == 5);

        Zone zone = Zone.newBuilder()
                .setId("door")
                .addRings(Ring.newBuilder()
                        .addPoints(Point.newBuilder())
                        .addPoints(Point.newBuilder().setX(1))
                        .addPoints(Point.newBuilder().setY(1)))
                .build();
        put(camera("changed", clip).setName("Front door").addZones(zone).setTargetFps(20));
        Frame faster = frames.await("changed", frame -> frame.getTargetFps() == 20);
        assertThat(faster.getId().getEpoch()).isEqualTo(before.getId().getEpoch());

        put(camera("changed", other));
        Frame moved = frames.await("changed", frame -> frame.getSourceHeight() == 320);
        assertThat(moved.getId().getEpoch()).isGreaterThan(before.getId().getEpoch());
        statuses.await("changed", status -> status.getCodec().equals("mpeg4"));

        put(camera("changed", other).setConnectAtMs(1));
        FrameId again = frames.await(
                        "changed",
                        frame -> frame.getId().getEpoch() > moved.getId().getEpoch())
                .getId();

        put(camera("changed", other).setDisabled(true));
        statuses.await("changed", status -> status.getState() == State.DISABLED);
        int seen = frames.of("changed").size();
        put(camera("changed", other));
        frames.await("changed", frame -> frame.getId().getEpoch() > again.getEpoch(), seen);

        delete("changed");
        statuses.awaitDeletion("changed");
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("camera-changed")));
        assertThat(metric("segwatch_ingest_frames_decoded_total", "changed")).isNull();
    }

    private static Double metric(String name, String camera) {
        return CollectorRegistry.defaultRegistry.getSampleValue(name, new String[] {"camera"}, new String[] {camera});
    }

    @Test
    void countsWhatItDoes() {
        put(camera("counted", clip));
        await().atMost(Duration.ofSeconds(20)).until(() -> frames.of("counted").size() >= 10);
        double skipped = metric("segwatch_ingest_frames_skipped_total", "counted");
        assertThat(metric("segwatch_ingest_frames_decoded_total", "counted") + skipped)
                .isGreaterThanOrEqualTo(23);
        assertThat(metric("segwatch_ingest_frames_published_total", "counted")).isGreaterThanOrEqualTo(9);
        assertThat(metric("segwatch_ingest_encode_seconds_count", "counted")).isGreaterThanOrEqualTo(10);
    }

    @Test
    void putsAsideWhatIsNoCameraAndGoesOn() throws Exception {
        TopicReader<DeadLetter> letters = new TopicReader<>(kafka, Topic.DEAD_LETTER);
        producer.send(new ProducerRecord<>(
                Topic.CAMERAS.topicName(), "garbage", "not protobuf".getBytes(StandardCharsets.UTF_8)));
        cameras.send("No Id", camera("other", clip).build());
        put(Camera.newBuilder().setId("leaky").setUrl("rtsp://user:hidden@127.0.0.1/"));
        put(camera("after", clip));
        frames.await("after", frame -> true);
        DeadLetter garbage = letters.await(
                Topic.CAMERAS.topicName(),
                letter -> letter.getKey().toStringUtf8().equals("garbage"));
        assertThat(garbage.getReason()).contains("Not a message");
        DeadLetter refused = letters.await(
                Topic.CAMERAS.topicName(),
                letter -> letter.getKey().toStringUtf8().equals("No Id"));
        assertThat(refused.getReason()).contains("id: must be the record's key");
        assertThat(letters.of(Topic.CAMERAS.topicName()))
                .noneMatch(letter -> letter.getValue().toStringUtf8().contains("hidden"));
        assertThat(offline("leaky").getReason()).contains("credentials").doesNotContain("hidden");
        ids.addAll(List.of("garbage", "No Id"));
        letters.close();
    }

    @Test
    void grabsNoMoreCamerasThanItMay() throws Exception {
        role.close();
        role = IngestRole.start(kafka, config(1), new Credentials(folder.resolve("credentials.properties")));
        put(camera("first", clip));
        statuses.await("first", status -> status.getState() == State.LIVE);
        put(camera("second", clip));
        assertThat(offline("second").getReason()).contains("segwatch.ingest.max-cameras");
        delete("first");
        statuses.await("second", status -> status.getState() == State.LIVE);
    }

    @Test
    void epochsGoOnFromThoseOfAnInstanceWhoseClockIsAhead() {
        long ahead = System.currentTimeMillis() + 3_600_000;
        Kafka.sender(Topic.CAMERA_STATUS, producer, "test")
                .send(
                        "moved",
                        CameraStatus.newBuilder()
                                .setCamera("moved")
                                .setEpoch(ahead)
                                .build());
        producer.flush();
        statuses.await("moved", status -> status.getEpoch() == ahead);
        put(camera("moved", clip));
        assertThat(frames.await("moved", frame -> true).getId().getEpoch()).isGreaterThan(ahead);
    }

    @Test
    void forgetsTheStatusOfACameraThatWasRemovedWhileItWasDown() {
        role.close();
        Kafka.sender(Topic.CAMERA_STATUS, producer, "test")
                .send("ghost", CameraStatus.newBuilder().setCamera("ghost").build());
        producer.flush();
        role = IngestRole.start(kafka, config, new Credentials(folder.resolve("credentials.properties")));
        statuses.awaitDeletion("ghost");
    }
}
