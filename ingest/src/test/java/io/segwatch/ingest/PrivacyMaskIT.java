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
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.Producer;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a mask hides is in no frame of the topic, by whichever way the picture came. */
class PrivacyMaskIT {
    private static final String MJPEG = "multipart/x-mixed-replace; boundary=frame";
    /** JPEG's blocks let white and colours bleed a little into what is black. */
    private static final int DARK = 60;

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(3);

    @TempDir
    static Path folder;

    Set<String> ids = new TreeSet<>();
    IngestRole role;
    Sender<Camera> cameras;
    Producer<String, byte[]> producer;
    TopicReader<Frame> frames;
    TopicReader<CameraStatus> statuses;

    @BeforeEach
    void startRole() throws Exception {
        Kafka kafka = KAFKA.kafka();
        producer = KAFKA.producer();
        cameras = Kafka.sender(Topic.CAMERAS, producer, "test");
        frames = new TopicReader<>(kafka, Topic.FRAMES);
        statuses = new TopicReader<>(kafka, Topic.CAMERA_STATUS);
        IngestConfig config = Configuration.of(Map.of(
                        "segwatch.ingest.pixels", "65536",
                        "segwatch.ingest.retry-first", "100ms",
                        "segwatch.ingest.file-roots", folder.toString()))
                .get(IngestConfig.class);
        role = IngestRole.start(kafka, config, new Credentials(folder.resolve("credentials.properties")));
    }

    @AfterEach
    void stopRole() throws Exception {
        ids.forEach(cameras::delete);
        producer.flush();
        role.close();
        frames.close();
        statuses.close();
    }

    private void put(Camera.Builder camera) {
        ids.add(camera.getId());
        cameras.send(camera.getId(), camera.build());
        producer.flush();
    }

    private static Camera.Builder camera(String id, Path file) {
        return Camera.newBuilder().setId(id).setUrl(file.toUri().toString().replace("file:///", "file:/"));
    }

    private static PrivacyMask rectangle(double x0, double y0, double x1, double y1) {
        Ring.Builder ring = Ring.newBuilder();
        for (double[] corner : new double[][] {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}) {
            ring.addPoints(Point.newBuilder().setX(corner[0]).setY(corner[1]));
        }
        return PrivacyMask.newBuilder().setOutline(ring).build();
    }

    /** The brightest of red, green and blue within this part of the frame's picture, 0..255. */
    private static int brightest(Frame frame, double x0, double y0, double x1, double y1) {
        try {
            BufferedImage picture =
                    ImageIO.read(new ByteArrayInputStream(frame.getJpeg().toByteArray()));
            int brightest = 0;
            for (int y = (int) (y0 * picture.getHeight()); y < y1 * picture.getHeight(); y++) {
                for (int x = (int) (x0 * picture.getWidth()); x < x1 * picture.getWidth(); x++) {
                    int rgb = picture.getRGB(x, y);
                    brightest = Math.max(brightest, Math.max(rgb >> 16 & 255, Math.max(rgb >> 8 & 255, rgb & 255)));
                }
            }
            return brightest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The upper left quarter is hidden in every frame, and the lower right one in none. */
    private void assertUpperLeftHidden(String id, int enough) {
        await().atMost(Duration.ofSeconds(40)).until(() -> frames.of(id).size() >= enough);
        assertThat(frames.of(id)).allSatisfy(frame -> {
            assertThat(brightest(frame, 0, 0, 0.48, 0.48)).isLessThan(DARK);
            assertThat(brightest(frame, 0.55, 0.55, 1, 1)).isGreaterThan(200);
        });
    }

    @Test
    void hidesAPartOfFilesDevicesAndStreamsInEveryFrame() throws Exception {
        PrivacyMask mask = rectangle(0, 0, 0.5, 0.5);
        put(camera("file", Clips.h264(folder.resolve("clip.mp4"), 640, 360, 25, 50))
                .addPrivacyMasks(mask));
        put(camera("combed", Clips.interlaced(folder.resolve("combed.ts"), avcodec.AV_CODEC_ID_MPEG2VIDEO))
                .addPrivacyMasks(mask));
        byte[] jpeg = StreamServer.jpeg(1);
        try (StreamServer still = StreamServer.start("image/jpeg", out -> out.write(jpeg));
                StreamServer stream = StreamServer.start(MJPEG, out -> {
                    for (int n = 0; ; n++) {
                        out.write(StreamServer.part(StreamServer.jpeg(n)));
                        out.flush();
                        Thread.sleep(100);
                    }
                })) {
            put(Camera.newBuilder().setId("still").setUrl(still.url()).addPrivacyMasks(mask));
            put(Camera.newBuilder().setId("stream").setUrl(stream.url()).addPrivacyMasks(mask));
            assertUpperLeftHidden("file", 10);
            assertUpperLeftHidden("combed", 5);
            assertUpperLeftHidden("still", 3);
            assertUpperLeftHidden("stream", 3);
        }
    }

    /** The corners of these are red, green, blue and white as they are shown. */
    @Test
    void hidesThePartThatIsSeenThereOfATurnedOrMirroredPicture() throws Exception {
        for (String name : List.of("rot90", "rot180", "rot270", "mirrored")) {
            Path file = folder.resolve(name + ".mp4");
            Files.write(
                    file,
                    PrivacyMaskIT.class
                            .getResourceAsStream("/shape/" + name + ".mp4")
                            .readAllBytes());
            put(camera(name, file).addPrivacyMasks(rectangle(0, 0, 0.5, 0.5)));
            assertUpperLeftHidden(name, 3);
        }
    }

    @Test
    void aChangedMaskActsWithoutANewConnection() throws Exception {
        Camera.Builder camera = camera("changed", Clips.h264(folder.resolve("changed.mp4"), 640, 360, 25, 50));
        put(camera);
        Frame open = frames.await("changed", frame -> brightest(frame, 0, 0, 0.4, 1) > 200);
        put(camera.addPrivacyMasks(rectangle(0, 0, 0.5, 1)));
        Frame hidden = frames.await("changed", frame -> brightest(frame, 0, 0, 0.4, 1) < DARK);
        assertThat(hidden.getId().getEpoch()).isEqualTo(open.getId().getEpoch());
        put(camera.setPrivacyMasks(0, rectangle(0.5, 0, 1, 1)));
        frames.await("changed", frame -> brightest(frame, 0.6, 0, 1, 1) < DARK);
        // Never both open, once the first was there.
        assertThat(frames.of("changed").stream()
                        .filter(frame ->
                                frame.getId().getSequence() >= hidden.getId().getSequence()))
                .allMatch(frame -> brightest(frame, 0, 0, 0.4, 1) < DARK || brightest(frame, 0.6, 0, 1, 1) < DARK);
    }

    @Test
    void aCameraWhoseMasksCannotBeReadSendsNothing() throws Exception {
        Path clip = Clips.h264(folder.resolve("refused.mp4"), 640, 360, 25, 50);
        Camera.Builder camera = camera("refused", clip);
        put(camera.addPrivacyMasks(rectangle(0, 0, 0.5, 0.5)));
        assertUpperLeftHidden("refused", 3);
        put(camera.addPrivacyMasks(PrivacyMask.newBuilder().setName("no outline")));
        CameraStatus refused = statuses.await("refused", status -> status.getState() == State.OFFLINE);
        assertThat(refused.getReason()).contains("privacyMasks[1].outline: needs 3 to 256 points");

        put(camera("never", clip)
                .addPrivacyMasks(rectangle(0, 0, 0.5, 0.5).toBuilder()
                        .setOutline(
                                Ring.newBuilder().addPoints(Point.newBuilder().setX(2)))));
        statuses.await("never", status -> status.getState() == State.OFFLINE);
        assertThat(frames.of("never")).isEmpty();
        assertUpperLeftHidden("refused", 3);
    }
}
