package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Prompt;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class LiveIT extends RunningDashboard {
    @Test
    void eachFrameGoesOutWithItsOwnObservation() throws Exception {
        camera("paired");
        Scene scene = new Scene("paired", 1000, producer);
        try (LivePage page = new LivePage(role, "/api/live?camera=paired")) {
            awaitFlow(page, scene);
            awaitPairing(page, scene);
            FrameId frame = scene.sendFrame();
            scene.sendObservation(frame, "car");
            JsonObject header = page.pictureOf(frame);
            assertThat(header.getBoolean("observed")).isTrue();
            JsonObject mask = header.getJsonArray("queries").getJsonObject(0).getJsonObject("mask");
            assertThat(mask.getString("counts"))
                    .isEqualTo(Scene.carMask(frame.getSequence()).getCounts());
            assertThat(page.lastJpeg).isEqualTo(Scene.jpeg(frame.getSequence()));
        }
    }

    @Test
    void aFrameThatNobodyObservesGoesOutWithoutOverlay() throws Exception {
        camera("unobserved");
        Scene scene = new Scene("unobserved", 1000, producer);
        try (LivePage page = new LivePage(role, "/api/live?camera=unobserved")) {
            awaitFlow(page, scene);
            FrameId observed = scene.sendFrame();
            scene.sendObservation(observed, "car");
            page.pictureOf(observed);
            FrameId alone = scene.sendFrame();
            assertThat(page.pictureOf(alone).getBoolean("observed")).isFalse();
        }
    }

    @Test
    void whatAPageReportsAsShownIsMeasured() throws Exception {
        camera("measured");
        Scene scene = new Scene("measured", 1000, producer);
        double before = metric("segwatch_dashboard_capture_to_page_seconds_count");
        try (LivePage page = new LivePage(role, "/api/live?camera=measured")) {
            awaitFlow(page, scene);
            FrameId frame = scene.sendFrame();
            page.pictureOf(frame);
            page.say("{\"shown\":{\"epoch\":1000,\"sequence\":" + frame.getSequence() + "}}");
            await().untilAsserted(() -> assertThat(metric("segwatch_dashboard_capture_to_page_seconds_count"))
                    .isGreaterThan(before));
        }
    }

    @Test
    void alertsAreasStatusesAndDefinitionsArePushed() throws Exception {
        camera("pushed");
        try (LivePage page = new LivePage(role, "/api/live?camera=pushed")) {
            Area area = Area.newBuilder()
                    .setCamera("pushed")
                    .setQuery("car")
                    .setWindowStartMs(System.currentTimeMillis())
                    .setWindowMs(1000)
                    .setMean(0.25)
                    .setFramesSeen(9)
                    .build();
            sendFact(Topic.AREAS, "pushed", area);
            assertThat(page.text("area").getJsonObject("value").getDouble("mean"))
                    .isEqualTo(0.25);
            JsonObject areas = json(send("GET", "/api/areas?camera=pushed&query=car&windowMs=1000", null));
            assertThat(areas.getJsonArray("areas")).hasSize(1);

            Alert alert = Alert.newBuilder()
                    .setId("a-1")
                    .setCamera("pushed")
                    .setState(Alert.State.OPEN)
                    .build();
            sendFact(Topic.ALERTS, "pushed", alert);
            assertThat(page.text("alert").getJsonObject("value").getString("state"))
                    .isEqualTo("OPEN");
            sendFact(
                    Topic.ALERTS,
                    "pushed",
                    alert.toBuilder().setState(Alert.State.CLOSE).build());
            await().untilAsserted(() -> assertThat(
                            send("GET", "/api/alerts?camera=pushed", null).body())
                    .contains("CLOSE"));

            sendFact(
                    Topic.CAMERA_STATUS,
                    "pushed",
                    CameraStatus.newBuilder()
                            .setCamera("pushed")
                            .setState(CameraStatus.State.STALLED)
                            .build());
            assertThat(page.text("changed").getString("kind")).isEqualTo("camera-status");
            assertThat(send("GET", "/api/status", null).body()).contains("STALLED");
        }
    }

    @Test
    void aPromptIsAskedAnsweredAndEnded() throws Exception {
        camera("asked");
        JsonObject body = new JsonObject()
                .put("camera", "asked")
                .put("epoch", 7)
                .put("sequence", 8)
                .put("track", true)
                .put(
                        "points",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put(
                                                "at",
                                                new JsonObject().put("x", 0.5).put("y", 0.5))
                                        .put("inside", true)));
        HttpResponse<String> asked = send("POST", "/api/prompts", body.encode());
        assertThat(asked.statusCode()).isEqualTo(202);
        String location = asked.headers().firstValue("Location").orElseThrow();
        String id = json(asked).getString("id");
        Prompt stored = prompts(id).get(0);
        assertThat(stored.getEpoch()).isEqualTo(7);
        assertThat(stored.getTrack()).isTrue();

        InstanceMask answer = InstanceMask.newBuilder()
                .setPrompt(id)
                .setFrame(FrameId.newBuilder().setCamera("asked").setEpoch(7).setSequence(8))
                .setMask(Scene.carMask(8))
                .setPredictedIou(0.9)
                .build();
        sendFact(Topic.INSTANCE_MASKS, "asked", answer);
        assertThat(json(send("GET", location, null)).getDouble("predictedIou")).isEqualTo(0.9);

        assertThat(send("DELETE", location, null).statusCode()).isEqualTo(204);
        Prompt end = prompts(id).get(1);
        assertThat(end.getPointsCount()).isZero();
        assertThat(end.hasBox()).isFalse();
    }

    @Test
    void nothingIsMissedWhenViewersComeAndGo() throws Exception {
        camera("visited");
        Scene scene = new Scene("visited", 1000, producer);
        for (int visit = 0; visit < 3; visit++) {
            try (LivePage page = new LivePage(role, "/api/live?camera=visited")) {
                awaitFlow(page, scene);
            }
            for (int i = 0; i < 20; i++) {
                String id = "visit-" + visit + "-" + i;
                sendFact(
                        Topic.ALERTS,
                        "visited",
                        Alert.newBuilder()
                                .setId(id)
                                .setCamera("visited")
                                .setState(Alert.State.CLOSE)
                                .build());
            }
        }
        await().untilAsserted(() -> assertThat(json(send("GET", "/api/alerts?camera=visited&limit=1000", null))
                        .getJsonArray("alerts"))
                .hasSize(60));
    }

    @Test
    void aSnapshotIsTheNewestFrame() throws Exception {
        camera("snapped");
        Scene scene = new Scene("snapped", 1000, producer);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            scene.sendFrame();
            HttpResponse<byte[]> picture =
                    http.send(request("GET", "/api/cameras/snapped/snapshot.jpg", null), BodyHandlers.ofByteArray());
            assertThat(picture.statusCode()).isEqualTo(200);
            assertThat(picture.body()).startsWith(0xff, 0xd8);
        });
    }

    @Test
    void anAlertsFrameIsGivenWhileItIsKept() throws Exception {
        camera("kept");
        Scene scene = new Scene("kept", 1000, producer);
        long atMs = System.currentTimeMillis();
        scene.sendFrame();
        FrameId evidence = scene.sendFrame();
        scene.sendFrame();
        String path = "/api/cameras/kept/frames/1000/";

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            HttpResponse<byte[]> picture = http.send(
                    request("GET", path + evidence.getSequence() + "?atMs=" + atMs, null), BodyHandlers.ofByteArray());
            assertThat(picture.statusCode()).isEqualTo(200);
            assertThat(picture.body()).isEqualTo(Scene.jpeg(evidence.getSequence()));
        });
        HttpResponse<String> ofTheMoment = send("GET", "/api/cameras/kept/frames?atMs=" + atMs, null);
        assertThat(ofTheMoment.statusCode()).isEqualTo(200);
        assertThat(ofTheMoment.headers().firstValue("X-Sequence")).contains("0");
        assertThat(ofTheMoment.headers().firstValueAsLong("X-Captured-At-Ms").getAsLong())
                .isGreaterThanOrEqualTo(atMs);
        assertThat(send("GET", "/api/cameras/kept/frames?atMs=1000", null).statusCode())
                .isEqualTo(404);
        assertThat(send("GET", path + "77?atMs=" + atMs, null).statusCode()).isEqualTo(404);
        assertThat(send("GET", path + "1", null).statusCode()).isEqualTo(400);
        assertThat(send("GET", path + "x?atMs=" + atMs, null).statusCode()).isEqualTo(400);
    }

    @Test
    void theEvidenceOfAnAlertIsItsFrameWithTheMaskDrawnWhileKafkaHasIt() throws Exception {
        camera("proven");
        send("POST", "/api/queries", "{\"id\":\"proof\",\"text\":\"proof\",\"color\":\"#00ff00\"}");
        send("POST", "/api/rules", "{\"id\":\"proof-rule\",\"query\":\"proof\",\"enter\":0.05}");
        Scene scene = new Scene("proven", 1000, producer);
        FrameId frame = null;
        for (int i = 0; i < 5; i++) {
            FrameId sent = scene.sendFrame();
            scene.sendObservation(sent, "proof", "road");
            frame = i == 2 ? sent : frame;
        }
        Alert open = Alert.newBuilder()
                .setId("proof-1")
                .setRule("proof-rule")
                .setCamera("proven")
                .setState(Alert.State.OPEN)
                .setOpenedAtMs(System.currentTimeMillis())
                .setEvidence(frame)
                .build();
        sendFact(Topic.ALERTS, "proven", open);
        sendFact(
                Topic.ALERTS,
                "proven",
                open.toBuilder()
                        .setState(Alert.State.CLOSE)
                        .setEvidence(frame.toBuilder().setSequence(4))
                        .build());
        sendFact(
                Topic.ALERTS,
                "proven",
                open.toBuilder()
                        .setId("proof-2")
                        .setEvidence(frame.toBuilder().setSequence(77))
                        .build());

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            HttpResponse<byte[]> answer =
                    http.send(request("GET", "/api/alerts/proof-1/evidence.jpg", null), BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(answer.body()));
            // The car of the third frame is tinted green from its left edge on, and the road is not.
            assertThat(green(picture, Scene.carX(2) + 4, 205))
                    .isGreaterThan(green(picture, Scene.carX(2) - 12, 205) + 40);
            assertThat(green(picture, 20, 350)).isLessThan(10);
        });
        assertProblem(send("GET", "/api/alerts/proof-2/evidence.jpg", null), 404, "evidence");
        assertProblem(send("GET", "/api/alerts/none/evidence.jpg", null), 404, "id");
    }

    @Test
    void aMalformedRecordIsPutAsideAndTheRestGoesOn() throws Exception {
        camera("sound");
        byte[] rubbish = {(byte) 0xff, 1, 2, 3};
        for (Topic<?> topic : List.of(
                Topic.FRAMES, Topic.OBSERVATIONS, Topic.AREAS, Topic.ALERTS, Topic.INSTANCE_MASKS, Topic.CAMERAS)) {
            // A definition that is refused would take the place of the camera.
            String key = topic == Topic.CAMERAS ? "unsound" : "sound";
            producer.send(new ProducerRecord<>(topic.topicName(), key, rubbish)).get();
        }
        Scene scene = new Scene("sound", 1000, producer);
        try (LivePage page = new LivePage(role, "/api/live?camera=sound")) {
            awaitFlow(page, scene);
        }
        await().untilAsserted(() -> assertThat(everythingIn(Topic.DEAD_LETTER))
                .contains("segwatch.areas", "segwatch.alerts", "segwatch.cameras"));
        assertThat(role.alive()).isTrue();
    }

    /** Frames flow a moment after somebody has begun to look. */
    private static void awaitFlow(LivePage page, Scene scene) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            scene.sendFrame();
            return !page.pictures.isEmpty();
        });
    }

    /** Frames wait for their observations only once the dashboard has read one of this camera. */
    private static void awaitPairing(LivePage page, Scene scene) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            FrameId frame = scene.sendFrame();
            scene.sendObservation(frame, "car");
            return page.pictureOf(frame).getBoolean("observed");
        });
    }

    private static List<Prompt> prompts(String id) {
        return WholeTopic.read(kafka, Topic.PROMPTS).stream()
                .map(record -> Topic.PROMPTS.parse(record.value()))
                .filter(prompt -> prompt.getId().equals(id))
                .toList();
    }

    /** How much greener than red a pixel is. */
    private static int green(BufferedImage picture, int x, int y) {
        int rgb = picture.getRGB(x, y);
        return (rgb >> 8 & 255) - (rgb >> 16 & 255);
    }
}
