package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Clip;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Evidence.Moment;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.QueryMask;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Pictures of an alert's moments, and its video, as they are kept. */
class EvidenceIT extends RunningDashboard {
    private static final int FRAMES = 51;
    private static final long EVERY_MS = 200;
    private static final int OPENS = 25;
    private static final int PEAKS = 35;
    private static final int ENDS = 45;

    /** Ten seconds of a camera, up to now, and an alert in their middle. */
    private static final class Story {
        final String camera;
        final String alert;
        final long startMs = System.currentTimeMillis() - FRAMES * EVERY_MS;
        private final List<FrameId> frames = new ArrayList<>();

        Story(String camera, String... queries) {
            this.camera = camera;
            this.alert = "alert-" + camera;
            Scene scene = new Scene(camera, System.nanoTime(), producer);
            for (int i = 0; i < FRAMES; i++) {
                FrameId frame = scene.sendFrame(atMs(i));
                scene.sendObservation(frame, atMs(i), queries);
                frames.add(frame);
            }
        }

        long atMs(int frame) {
            return startMs + frame * EVERY_MS;
        }

        void send(Alert.State state, int frame, int peak) throws Exception {
            Alert sent = Alert.newBuilder()
                    .setId(alert)
                    .setCamera(camera)
                    .setRule("cars")
                    .setRuleName("Cars")
                    .setState(state)
                    .setOpenedAtMs(atMs(OPENS))
                    .setAtMs(atMs(frame))
                    .setEvidence(frames.get(frame))
                    .setEvidenceAtMs(atMs(frame))
                    .setPeakFrame(frames.get(peak))
                    .setPeakAtMs(atMs(peak))
                    .setReason("car covers 9.0 % of the picture")
                    .build();
            sendFact(Topic.ALERTS, camera, sent);
        }

        void happens() throws Exception {
            send(Alert.State.OPEN, OPENS, OPENS);
            send(Alert.State.UPDATE, PEAKS, PEAKS);
            send(Alert.State.CLOSE, ENDS, PEAKS);
        }

        List<Evidence> pictures() {
            return WholeTopic.read(kafka, Topic.EVIDENCE).stream()
                    .map(record -> Topic.EVIDENCE.parse(record.value()))
                    .filter(evidence -> evidence.getAlert().equals(alert))
                    .toList();
        }

        List<Clip> clips() {
            return WholeTopic.read(kafka, Topic.CLIPS).stream()
                    .map(record -> Topic.CLIPS.parse(record.value()))
                    .filter(clip -> clip.getAlert().equals(alert))
                    .toList();
        }

        HttpResponse<byte[]> picture(String parameters) throws Exception {
            return http.send(
                    request("GET", "/api/alerts/" + alert + "/evidence.jpg" + parameters, null),
                    BodyHandlers.ofByteArray());
        }

        HttpResponse<byte[]> clip(String range) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(role, "/api/alerts/" + alert + "/clip"));
            return http.send(
                    range.isEmpty()
                            ? request.build()
                            : request.header("Range", range).build(),
                    BodyHandlers.ofByteArray());
        }
    }

    private static BufferedImage image(HttpResponse<byte[]> response) throws Exception {
        assertThat(response.statusCode()).isEqualTo(200);
        return ImageIO.read(new ByteArrayInputStream(response.body()));
    }

    @Test
    void theFramesOfOpeningPeakAndEndAreKeptAsTheyWereAndDrawnOnDemand() throws Exception {
        camera("moments");
        send("POST", "/api/queries", "{\"id\":\"car\",\"text\":\"car\"}");
        String rule = "{\"id\":\"cars\",\"name\":\"Cars\",\"query\":\"car\",\"enter\":0.1,\"cameras\":[\"moments\"]}";
        assertThat(send("POST", "/api/rules", rule).statusCode()).isEqualTo(201);
        Story story = new Story("moments", "car", "the road");
        story.happens();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(story.pictures()).hasSize(3));
        assertThat(story.pictures())
                .extracting(Evidence::getMoment)
                .containsExactly(Moment.OPEN, Moment.PEAK, Moment.END);
        for (Evidence evidence : story.pictures()) {
            assertThat(evidence.getJpeg().toByteArray())
                    .isEqualTo(Scene.jpeg(evidence.getFrame().getSequence()));
            assertThat(evidence.getQueriesList())
                    .extracting(QueryMask::getQuery)
                    .containsExactly("car");
        }
        assertThat(story.picture("?moment=peak&overlay=false").body()).isEqualTo(Scene.jpeg(PEAKS));
        assertThat(story.picture("?moment=end&overlay=false").body()).isEqualTo(Scene.jpeg(ENDS));
        assertThat(story.picture("?overlay=false").body()).isEqualTo(Scene.jpeg(OPENS));
        BufferedImage drawn = image(story.picture("?moment=peak"));
        assertThat(drawn.getWidth()).isEqualTo(Scene.WIDTH);
        int inside = drawn.getRGB(Scene.carX(PEAKS) + 100, 240);
        int plain = ImageIO.read(new ByteArrayInputStream(Scene.jpeg(PEAKS))).getRGB(Scene.carX(PEAKS) + 100, 240);
        assertThat(inside & 255).as("blue over the car").isGreaterThan((plain & 255) + 50);
        assertThat(image(story.picture("?moment=end&size=small")).getWidth()).isEqualTo(320);
        assertProblem(send("GET", "/api/alerts/alert-moments/evidence.jpg?moment=later", null), 400, "moment");
    }

    @Test
    void theVideoOfAnAlertIsMadeOnceItsEndIsThereAndSentInParts() throws Exception {
        camera("filmed");
        Story story = new Story("filmed", "car");
        story.send(Alert.State.OPEN, OPENS, OPENS);
        await().untilAsserted(() -> assertThat(story.clip("").statusCode()).isEqualTo(404));
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(story.clip("").statusCode()).isEqualTo(200));
        Clip clip = story.clips().get(0);
        assertThat(clip.getFrames()).isEqualTo(FRAMES);
        assertThat(clip.getFromMs()).isEqualTo(story.atMs(0));
        assertThat(clip.getToMs()).isEqualTo(story.atMs(FRAMES - 1));
        assertThat(clip.getWidth()).isEqualTo(Scene.WIDTH);
        HttpResponse<byte[]> whole = story.clip("");
        assertThat(whole.headers().firstValue("Content-Type")).contains("video/mp4");
        assertThat(whole.headers().firstValue("Accept-Ranges")).contains("bytes");
        assertThat(whole.body()).isEqualTo(clip.getMp4().toByteArray());
        int size = whole.body().length;
        HttpResponse<byte[]> part = story.clip("bytes=100-199");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 100-199/" + size);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 100, 200));
        assertThat(story.clip("bytes=-50").body()).isEqualTo(Arrays.copyOfRange(whole.body(), size - 50, size));
        assertThat(story.clip("bytes=" + (size - 1) + "-").body()).hasSize(1);
        assertThat(story.clip("bytes=" + size + "-").statusCode()).isEqualTo(416);
        assertThat(story.clip("bytes=5-3").statusCode()).isEqualTo(200);
        assertThat(metric("segwatch_clip_seconds_count")).isPositive();
    }

    @Test
    void whatACameraHidesIsInNoPictureOrVideoOfItsAlerts() throws Exception {
        send("POST", "/api/queries", "{\"id\":\"person\",\"text\":\"person\"}");
        String hiding = "{\"id\":\"private\",\"url\":\"file:/a.mp4\",\"hiddenQueries\":[\"person\"]}";
        assertThat(send("POST", "/api/cameras", hiding).statusCode()).isEqualTo(201);
        Story story = new Story("private", "person");
        story.happens();
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(story.clips()).hasSize(1));
        assertThat(story.clips().get(0).getHiddenQueriesList()).containsExactly("person");
        assertThat(story.pictures().size()).isEqualTo(3);
        for (Evidence evidence : story.pictures()) {
            assertThat(evidence.getHiddenQueriesList()).containsExactly("person");
            long sequence = evidence.getFrame().getSequence();
            byte[] kept = evidence.getJpeg().toByteArray();
            assertThat(difference(kept, Scene.jpeg(sequence), Scene.carX(sequence) + 20, 240))
                    .as("where it was found")
                    .isGreaterThan(10);
            assertThat(difference(kept, Scene.jpeg(sequence), 20, 20))
                    .as("elsewhere")
                    .isLessThan(8);
        }
    }

    /** Mean, of a part of 160 by 40 pixels. */
    private static double difference(byte[] one, byte[] other, int left, int top) throws Exception {
        BufferedImage a = ImageIO.read(new ByteArrayInputStream(one));
        BufferedImage b = ImageIO.read(new ByteArrayInputStream(other));
        long sum = 0;
        for (int y = top; y < top + 40; y++) {
            for (int x = left; x < left + 160; x++) {
                sum += Math.abs((a.getRGB(x, y) >> 8 & 255) - (b.getRGB(x, y) >> 8 & 255));
            }
        }
        return sum / (160.0 * 40);
    }

    @Test
    void anAlertWithoutAVideoSaysWhy() throws Exception {
        camera("unfilmed");
        long longAgo = System.currentTimeMillis() - Duration.ofDays(2).toMillis();
        sendFact(
                Topic.ALERTS,
                "unfilmed",
                Alert.newBuilder()
                        .setId("alert-unfilmed")
                        .setCamera("unfilmed")
                        .setState(Alert.State.OPEN)
                        .setOpenedAtMs(longAgo)
                        .setAtMs(longAgo)
                        .build());
        await().untilAsserted(() -> {
            HttpResponse<String> answer = send("GET", "/api/alerts/alert-unfilmed/clip", null);
            assertProblem(answer, 404, "clip");
            assertThat(answer.body()).contains("segwatch.retention.clips");
        });
    }
}
