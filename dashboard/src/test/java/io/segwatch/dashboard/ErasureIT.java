package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.AcceptedBaseline;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.Clip;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Features;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A camera that is removed with everything that was kept of it, alone on its partition and beside another. */
class ErasureIT extends RunningDashboard {
    private static final int PARTITIONS = 4;

    /** An id whose records lie on this partition. */
    private static String on(int partition, int number) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "cam-" + i)
                .filter(id -> Kafka.partitionOf(id, PARTITIONS) == partition)
                .skip(number)
                .findFirst()
                .orElseThrow();
    }

    private static void facts(String camera) throws Exception {
        long now = System.currentTimeMillis();
        FrameId frame = FrameId.newBuilder()
                .setCamera(camera)
                .setEpoch(now)
                .setSequence(1)
                .build();
        sendFact(
                Topic.FRAMES,
                camera,
                Frame.newBuilder()
                        .setId(frame)
                        .setCapturedAtMs(now)
                        .setJpeg(ByteString.copyFromUtf8("a picture of " + camera))
                        .build());
        sendFact(
                Topic.OBSERVATIONS,
                camera,
                Observation.newBuilder().setFrame(frame).setCapturedAtMs(now).build());
        sendFact(
                Topic.AREAS,
                camera,
                Area.newBuilder()
                        .setCamera(camera)
                        .setQuery("person")
                        .setWindowStartMs(now - 1_000)
                        .setWindowMs(1_000)
                        .build());
        sendFact(
                Topic.ALERTS,
                camera,
                Alert.newBuilder()
                        .setId("alert-" + camera)
                        .setCamera(camera)
                        .setRule("r")
                        .setState(Alert.State.OPEN)
                        .setOpenedAtMs(now)
                        .setAtMs(now)
                        .setEvidence(frame)
                        .build());
        sendFact(
                Topic.CLIPS,
                camera,
                Clip.newBuilder()
                        .setAlert("alert-" + camera)
                        .setCamera(camera)
                        .setOpenedAtMs(now)
                        .setMp4(ByteString.copyFromUtf8("a video of " + camera))
                        .build());
        sendFact(
                Topic.EVIDENCE,
                camera,
                Evidence.newBuilder()
                        .setAlert("alert-" + camera)
                        .setCamera(camera)
                        .setOpenedAtMs(now)
                        .setJpeg(ByteString.copyFromUtf8("evidence of " + camera))
                        .build());
        sendFact(
                Topic.FEATURES,
                camera,
                Features.newBuilder().setFrame(frame).setCapturedAtMs(now).build());
        sendFact(
                Topic.CAMERA_STATUS,
                camera,
                CameraStatus.newBuilder().setCamera(camera).build());
        sendFact(
                Topic.CALIBRATIONS,
                camera + "//person",
                Calibration.newBuilder()
                        .setCamera(camera)
                        .setQuery("person")
                        .setAtMs(now)
                        .build());
        sendFact(
                Topic.BASELINES,
                camera + "/person",
                AcceptedBaseline.newBuilder()
                        .setCamera(camera)
                        .setQuery("person")
                        .setAcceptedAtMs(now)
                        .build());
    }

    private static String shown(String path) throws Exception {
        return send("GET", path, null).body();
    }

    private static String everythingShown() throws Exception {
        return shown("/api/alerts")
                + shown("/api/areas?windowMs=1000")
                + shown("/api/calibration")
                + shown("/api/cameras")
                + shown("/api/status");
    }

    private static JsonObject finished(String camera) {
        return await().atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> json(send("GET", "/api/erasures/" + camera, null)),
                        erasure -> !erasure.getString("finishedAtMs", "0").equals("0"));
    }

    private static boolean onDisk(String text) throws IOException {
        try (Stream<Path> files = Files.walk(KAFKA.clientFile().getParent())) {
            return files.anyMatch(file -> holds(file, text));
        } catch (UncheckedIOException e) {
            // One went while they were listed.
            return true;
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.isRegularFile(file)
                    && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    private static JsonObject topic(JsonArray topics, Topic<?> topic) {
        return topics.stream()
                .map(JsonObject.class::cast)
                .filter(one -> one.getString("topic").equals(topic.topicName()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatWasKeptOfACameraIsHiddenAtOnceAndDeletedWhereKafkaCan() throws Exception {
        String alone = on(0, 0);
        String beside = on(1, 0);
        String other = on(1, 1);
        for (String camera : new String[] {alone, beside, other}) {
            camera(camera);
        }
        facts(alone);
        facts(other);
        facts(beside);
        await().untilAsserted(() ->
                assertThat(everythingShown()).contains("alert-" + alone, "alert-" + beside, "alert-" + other));
        assertThat(shown("/api/alerts/alert-" + alone + "/clip")).isEqualTo("a video of " + alone);

        for (String camera : new String[] {alone, beside}) {
            HttpResponse<String> asked = send("POST", "/api/erasures", "{\"camera\":\"" + camera + "\"}");
            assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
            assertThat(asked.headers().firstValue("Location")).contains("/api/erasures/" + camera);
            // By its name as a value: one may begin with another.
            assertThat(shown("/api/cameras")
                            + shown("/api/alerts")
                            + shown("/api/areas?windowMs=1000")
                            + shown("/api/calibration"))
                    .doesNotContain("\"" + camera + "\"");
            for (String kept : new String[] {"/evidence.jpg", "/clip"}) {
                assertThat(send("GET", "/api/alerts/alert-" + camera + kept, null)
                                .statusCode())
                        .isEqualTo(404);
            }
        }
        HttpResponse<String> again = send("POST", "/api/cameras", "{\"id\":\"" + alone + "\",\"url\":\"file:/a.mp4\"}");
        assertProblem(again, 400, "id");
        assertThat(again.body()).contains("is being erased");

        JsonArray whole = finished(alone).getJsonArray("topics");
        for (Topic<?> topic : new Topic<?>[] {
            Topic.FRAMES, Topic.OBSERVATIONS, Topic.AREAS, Topic.ALERTS, Topic.CLIPS, Topic.EVIDENCE, Topic.FEATURES
        }) {
            assertThat(topic(whole, topic).getBoolean("deleted"))
                    .as(topic.toString())
                    .isTrue();
            assertThat(WholeTopic.read(kafka, topic)).noneMatch(record -> alone.equals(record.key()));
            assertThat(WholeTopic.read(kafka, topic)).anyMatch(record -> other.equals(record.key()));
        }
        JsonObject frames = topic(whole, Topic.FRAMES);
        assertThat(Long.parseLong(frames.getString("goneByMs")))
                .as(frames.encode())
                .isBetween(
                        1L, System.currentTimeMillis() + Duration.ofMinutes(10).toMillis());
        // Nothing else comes in on its partition, and its bytes go all the same.
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            assertThat(onDisk("a picture of " + alone)).isFalse();
            assertThat(onDisk("a video of " + alone)).isFalse();
        });
        assertThat(onDisk("a picture of " + other)).isTrue();
        assertThat(onDisk("a video of " + other)).isTrue();
        assertThat(Long.parseLong(
                        json(send("GET", "/api/erasures/" + alone, null)).getString("goneByMs")))
                .as("the last, of any topic")
                .isGreaterThan(Long.parseLong(frames.getString("goneByMs")));

        JsonObject part = topic(finished(beside).getJsonArray("topics"), Topic.ALERTS);
        assertThat(part.getBoolean("deleted", false)).isFalse();
        assertThat(part.getString("reason")).contains("Other cameras' records lie between");
        assertThat(Long.parseLong(part.getString("goneByMs")))
                .isGreaterThan(System.currentTimeMillis() + Duration.ofDays(30).toMillis());
        assertThat(WholeTopic.read(kafka, Topic.BASELINES))
                .filteredOn(record -> record.key().equals(beside + "/person"))
                .last()
                .satisfies(record -> assertThat(record.value()).isNull());
        assertThat(everythingShown()).contains("alert-" + other).doesNotContain("\"" + beside + "\"");

        // What comes later, of a new camera of this name, is its own.
        camera(beside);
        facts(beside);
        await().untilAsserted(() -> assertThat(shown("/api/alerts")).contains("alert-" + beside));
    }

    @Test
    void onlyACamerasIdCanBeErased() throws Exception {
        assertProblem(send("POST", "/api/erasures", "{\"camera\":\"../x\"}"), 400, "camera");
        assertProblem(send("GET", "/api/erasures/nobody", null), 404, "id");
    }
}
