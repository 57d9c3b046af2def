package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Clip;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Evidence.Moment;
import io.segwatch.v1.QueryMask;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Pictures of an alert's moments, and its video, as they are kept. */
class EvidenceIT extends RunningDashboard {
    private static HttpResponse<byte[]> picture(AlertStory story, String parameters) throws Exception {
        return http.send(
                request("GET", "/api/alerts/" + story.alert + "/evidence.jpg" + parameters, null),
                BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> clip(AlertStory story, String range) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(role, "/api/alerts/" + story.alert + "/clip"));
        return http.send(
                range.isEmpty()
                        ? request.build()
                        : request.header("Range", range).build(),
                BodyHandlers.ofByteArray());
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
        AlertStory story = new AlertStory(kafka, producer, "moments", "car", "the road");
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
        assertThat(picture(story, "?moment=peak&overlay=false").body()).isEqualTo(Scene.jpeg(AlertStory.PEAKS));
        assertThat(picture(story, "?moment=end&overlay=false").body()).isEqualTo(Scene.jpeg(AlertStory.ENDS));
        assertThat(picture(story, "?overlay=false").body()).isEqualTo(Scene.jpeg(AlertStory.OPENS));
        BufferedImage drawn = image(picture(story, "?moment=peak"));
        assertThat(drawn.getWidth()).isEqualTo(Scene.WIDTH);
        int inside = drawn.getRGB(Scene.carX(AlertStory.PEAKS) + 100, 240);
        int plain = ImageIO.read(new ByteArrayInputStream(Scene.jpeg(AlertStory.PEAKS)))
                .getRGB(Scene.carX(AlertStory.PEAKS) + 100, 240);
        assertThat(inside & 255).as("blue over the car").isGreaterThan((plain & 255) + 50);
        assertThat(image(picture(story, "?moment=end&size=small")).getWidth()).isEqualTo(320);
        assertProblem(send("GET", "/api/alerts/" + story.alert + "/evidence.jpg?moment=later", null), 400, "moment");
    }

    @Test
    void theVideoOfAnAlertIsMadeOnceItsEndIsThereAndSentInParts() throws Exception {
        camera("filmed");
        AlertStory story = new AlertStory(kafka, producer, "filmed", "car");
        story.send(Alert.State.OPEN, AlertStory.OPENS, AlertStory.OPENS);
        await().untilAsserted(() -> assertThat(clip(story, "").statusCode()).isEqualTo(404));
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(clip(story, "").statusCode()).isEqualTo(200));
        Clip clip = story.clips().get(0);
        assertThat(clip.getFrames()).isEqualTo(AlertStory.FRAMES);
        assertThat(clip.getFromMs()).isEqualTo(story.atMs(0));
        assertThat(clip.getToMs()).isEqualTo(story.atMs(AlertStory.FRAMES - 1));
        assertThat(clip.getWidth()).isEqualTo(Scene.WIDTH);
        HttpResponse<byte[]> whole = clip(story, "");
        assertThat(whole.headers().firstValue("Content-Type")).contains("video/mp4");
        assertThat(whole.headers().firstValue("Accept-Ranges")).contains("bytes");
        assertThat(whole.body()).isEqualTo(clip.getMp4().toByteArray());
        int size = whole.body().length;
        HttpResponse<byte[]> part = clip(story, "bytes=100-199");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 100-199/" + size);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 100, 200));
        assertThat(clip(story, "bytes=-50").body()).isEqualTo(Arrays.copyOfRange(whole.body(), size - 50, size));
        assertThat(clip(story, "bytes=" + (size - 1) + "-").body()).hasSize(1);
        assertThat(clip(story, "bytes=" + size + "-").statusCode()).isEqualTo(416);
        assertThat(clip(story, "bytes=5-3").statusCode()).isEqualTo(200);
        assertThat(metric("segwatch_clip_seconds_count")).isPositive();
    }

    @Test
    void whatACameraHidesIsInNoPictureOrVideoOfItsAlerts() throws Exception {
        send("POST", "/api/queries", "{\"id\":\"person\",\"text\":\"person\"}");
        String hiding = "{\"id\":\"private\",\"url\":\"file:/a.mp4\",\"hiddenQueries\":[\"person\"]}";
        assertThat(send("POST", "/api/cameras", hiding).statusCode()).isEqualTo(201);
        AlertStory story = new AlertStory(kafka, producer, "private", "person");
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
        DecodedClip video = DecodedClip.of(story.clips().get(0).getMp4().toByteArray(), folder);
        assertThat(video.pictures()).hasSize(AlertStory.FRAMES);
        for (int i = 0; i < AlertStory.FRAMES; i++) {
            assertThat(difference(video, i, Scene.carX(i) + 20, 240))
                    .as("where it was found, frame %d of the video", i)
                    .isGreaterThan(10);
            assertThat(difference(video, i, 20, 20))
                    .as("elsewhere, frame %d of the video", i)
                    .isLessThan(8);
        }
    }

    @Test
    void whatWasKeptBeforeAPrivacyMaskWasDrawnIsNotShownUnderIt() throws Exception {
        camera("late");
        AlertStory story = new AlertStory(kafka, producer, "late", "car").happens();
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(clip(story, "").statusCode()).isEqualTo(200));
        String outline = "[{\"x\":0,\"y\":0},{\"x\":0.5,\"y\":0},{\"x\":0.5,\"y\":1},{\"x\":0,\"y\":1}]";
        String masked = "{\"id\":\"late\",\"url\":\"file:/a.mp4\",\"privacyMasks\":[{\"outline\":{\"points\":" + outline
                + "}}]}";
        HttpResponse<String> drawn = send("PUT", "/api/cameras/late", masked);
        assertThat(drawn.statusCode()).as(drawn.body()).isEqualTo(200);
        await().untilAsserted(() -> {
            HttpResponse<String> answer = send("GET", "/api/alerts/" + story.alert + "/clip", null);
            assertProblem(answer, 404, "clip");
            assertThat(answer.body()).contains("was made before a privacy mask");
        });
        for (String moment : new String[] {"open", "peak", "end"}) {
            for (String how : new String[] {"&overlay=false", "", "&size=small"}) {
                BufferedImage shown = image(picture(story, "?moment=" + moment + how));
                int x = shown.getWidth() / 4;
                int y = shown.getHeight() / 2;
                assertThat(shown.getRGB(x, y) & 255).as(moment + how).isLessThan(16);
                assertThat(shown.getRGB(3 * x, y) >> 8 & 255).as(moment + how).isGreaterThan(60);
            }
        }
    }

    /** Mean of the brightness, of a part of 160 by 40 pixels, between a frame of a video and what the camera took. */
    private static double difference(DecodedClip video, int frame, int left, int top) throws Exception {
        BufferedImage taken = ImageIO.read(new ByteArrayInputStream(Scene.jpeg(frame)));
        double sum = 0;
        for (int y = top; y < top + 40; y++) {
            for (int x = left; x < left + 160; x++) {
                int rgb = taken.getRGB(x, y);
                double luma = 0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255);
                sum += Math.abs(video.pictures().get(frame)[y * video.width() + x] - luma);
            }
        }
        return sum / (160.0 * 40);
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
