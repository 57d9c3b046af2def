package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.MessageLite;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.segwatch.config.Configuration;
import io.segwatch.contracts.DefaultRule;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.role.Backtester;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Hours;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Spread;
import io.segwatch.v1.WebhookStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DashboardIT {
    private static final Backtester countsFrames = request -> BacktestReport.newBuilder()
            .setFrames(request.getToMs() - request.getFromMs())
            .addAlerts(Alert.newBuilder().setRule(request.getRule().getId()).setState(Alert.State.OPEN))
            .build();

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(4);

    @TempDir
    static Path folder;

    private static final HttpClient http = HttpClient.newHttpClient();
    private static Kafka kafka;
    private static DashboardRole role;
    private static Producer<String, byte[]> producer;

    @BeforeAll
    static void start() throws Exception {
        kafka = KAFKA.kafka();
        role = DashboardRole.start(
                kafka,
                config(),
                new Credentials(folder.resolve("credentials")),
                new Secrets(folder.resolve("secrets")),
                countsFrames);
        producer = KAFKA.producer();
    }

    @AfterAll
    static void stop() {
        role.close();
    }

    // REST

    @Test
    void whatHasBeenWrittenCanBeReadAtOnce() throws Exception {
        HttpResponse<String> created = send("POST", "/api/queries", "{\"text\":\"Red Lorry!\"}");
        assertThat(created.statusCode()).isEqualTo(201);
        String location = created.headers().firstValue("Location").orElseThrow();
        assertThat(location).isEqualTo("/api/queries/red-lorry");
        assertThat(json(created).getString("color")).matches("#[0-9a-f]{6}");
        assertThat(json(send("GET", location, null)).getString("text")).isEqualTo("Red Lorry!");

        String changed =
                json(created).put("synonyms", new JsonArray().add("truck")).encode();
        assertThat(send("PUT", location, changed).statusCode()).isEqualTo(200);
        assertThat(json(send("GET", location, null)).getJsonArray("synonyms")).containsExactly("truck");

        assertThat(send("DELETE", location, null).statusCode()).isEqualTo(204);
        assertThat(send("GET", location, null).statusCode()).isEqualTo(404);
        assertThat(send("DELETE", location, null).statusCode()).isEqualTo(404);
        assertThat(send("PUT", location, changed).statusCode()).isEqualTo(404);
    }

    @Test
    void twoOfTheSameNameGetDifferentIds() throws Exception {
        String body = "{\"text\":\"twin\"}";
        assertThat(json(send("POST", "/api/queries", body)).getString("id")).isEqualTo("twin");
        assertThat(json(send("POST", "/api/queries", body)).getString("id")).isEqualTo("twin-2");
        assertThat(send("POST", "/api/queries", "{\"id\":\"twin\",\"text\":\"a\"}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void badInputNamesTheFieldAndStoresNothing() throws Exception {
        int before =
                json(send("GET", "/api/queries", null)).getJsonArray("queries").size();
        assertProblem(send("POST", "/api/queries", "{\"text\":\"" + "x".repeat(10_000) + "\"}"), 400, "text");
        assertProblem(send("POST", "/api/queries", "{\"text\":\"  \"}"), 400, "text");
        assertProblem(send("POST", "/api/queries", ""), 400, "body");
        assertProblem(send("POST", "/api/queries", "[]"), 400, "body");
        assertProblem(send("POST", "/api/queries", "{\"text\":"), 400, "body");
        assertProblem(send("POST", "/api/queries", "{\"text\":\"a\",\"colour\":\"#ffffff\"}"), 400, "colour");
        assertProblem(send("POST", "/api/queries", "{\"text\":{}}"), 400, "text");
        assertProblem(send("POST", "/api/queries", "{\"text\":\"" + "x".repeat(70_000) + "\"}"), 413, "body");
        assertProblem(send("POST", "/api/rules", "{\"name\":\"r\",\"query\":\"a\",\"enter\":2}"), 400, "enter");
        assertProblem(send("POST", "/api/cameras", "{\"url\":\"ftp://x\"}"), 400, "url");
        assertProblem(send("POST", "/api/prompts", "{\"camera\":\"none\"}"), 400, "points");
        assertProblem(send("GET", "/api/areas?camera=a&from=x", null), 400, "from");
        assertProblem(send("GET", "/api/nothing", null), 404, "path");
        assertThat(json(send("GET", "/api/queries", null)).getJsonArray("queries"))
                .hasSize(before);
    }

    @Test
    void aRuleNamesCamerasAndQueriesThatExistOrThatItNamedBefore() throws Exception {
        camera("shed");
        send("POST", "/api/queries", "{\"id\":\"spade\",\"text\":\"spade\"}");
        String rule = "{\"id\":\"shed-rule\",\"query\":\"spade\",\"enter\":0.1,\"cameras\":[\"shed\"%s]}";
        assertProblem(send("POST", "/api/rules", rule.formatted(",\"barn\"")), 400, "cameras[1]");
        assertProblem(send("POST", "/api/rules", "{\"query\":\"rake\",\"enter\":0.1}"), 400, "query");
        assertProblem(send("POST", "/api/rules", "{\"expression\":\"spade > 1 % and rake > 1 %\"}"), 400, "expression");
        assertThat(send("POST", "/api/rules", rule.formatted("")).statusCode()).isEqualTo(201);
        send("DELETE", "/api/cameras/shed", null);
        send("DELETE", "/api/queries/spade", null);

        assertThat(send("PUT", "/api/rules/shed-rule", rule.formatted("")).statusCode())
                .isEqualTo(200);
        assertProblem(send("PUT", "/api/rules/shed-rule", rule.formatted(",\"barn\"")), 400, "cameras[1]");
        send("DELETE", "/api/rules/shed-rule", null);
    }

    @Test
    void aBrokenRuleThatAnotherProgramWroteCanBeMended() throws Exception {
        send("POST", "/api/queries", "{\"id\":\"mender\",\"text\":\"mender\"}");
        Rule broken = Rule.newBuilder().setId("broken").setExpression("(").build();
        sendFact(Topic.RULES, "broken", broken);
        await().untilAsserted(() ->
                assertThat(send("GET", "/api/rules/broken", null).body()).contains("replace it with PUT"));
        assertProblem(send("GET", "/api/rules/broken", null), 404, "id");

        assertThat(send("PUT", "/api/rules/broken", "{\"query\":\"mender\",\"enter\":0.1}")
                        .statusCode())
                .isEqualTo(200);
        send("DELETE", "/api/rules/broken", null);
    }

    @Test
    void moreDefinitionsThanAllowedAreRefusedWithTheRemedy() throws Exception {
        send("POST", "/api/queries", "{\"id\":\"many\",\"text\":\"many\"}");
        // Other tests leave rules behind.
        int room =
                1 + json(send("GET", "/api/rules", null)).getJsonArray("rules").size();
        DashboardConfig small = config(
                "max-cameras", "1", "max-queries", "1", "max-rules", Integer.toString(room), "max-webhooks", "1");
        try (DashboardRole other = DashboardRole.start(
                kafka,
                small,
                new Credentials(folder.resolve("other")),
                new Secrets(folder.resolve("other-secrets")),
                countsFrames)) {
            String rule = "{\"name\":\"first\",\"query\":\"many\",\"enter\":0.1}";
            HttpResponse<String> first = send(other, "POST", "/api/rules", rule);
            assertThat(first.statusCode()).isEqualTo(201);
            HttpResponse<String> second = send(other, "POST", "/api/rules", rule);
            assertThat(second.statusCode()).isEqualTo(409);
            assertThat(second.body()).contains("segwatch.dashboard.max-rules");
            send(other, "DELETE", first.headers().firstValue("Location").orElseThrow(), null);
        }
    }

    @Test
    void credentialsStayInTheirFile() throws Exception {
        HttpResponse<String> inUrl =
                send("POST", "/api/cameras", "{\"name\":\"Gate\",\"url\":\"rtsp://joe:s%40cret+1@10.0.0.9/live\"}");
        HttpResponse<String> asFields = send(
                "POST",
                "/api/cameras",
                "{\"name\":\"Yard\",\"url\":\"rtsp://10.0.0.8/a\",\"username\":\"ann\",\"password\":\"hidden-word\"}");
        assertThat(inUrl.statusCode()).isEqualTo(201);
        assertThat(json(inUrl).getString("url")).isEqualTo("rtsp://10.0.0.9/live");
        assertThat(json(inUrl).getString("credentials")).isEqualTo("gate");
        Credentials stored = new Credentials(folder.resolve("credentials"));
        assertThat(stored.find("gate").orElseThrow().password()).isEqualTo("s@cret+1");
        assertThat(stored.find("yard").orElseThrow().user()).isEqualTo("ann");

        String everything = inUrl.body()
                + asFields.body()
                + send("GET", "/api/cameras", null).body()
                + everythingIn(Topic.CAMERAS)
                + allMetrics();
        assertThat(everything)
                .doesNotContain("cret+1")
                .doesNotContain("hidden-word")
                .doesNotContain("joe:");

        JsonObject moved = json(inUrl).put("url", "rtsp://evil.example/live");
        assertProblem(send("PUT", "/api/cameras/gate", moved.encode()), 400, "credentials");
        JsonObject stolen = new JsonObject().put("url", "rtsp://evil.example/x").put("credentials", "gate");
        assertProblem(send("POST", "/api/cameras", stolen.encode()), 400, "credentials");

        assertThat(send("DELETE", "/api/cameras/gate", null).statusCode()).isEqualTo(204);
        assertThat(stored.find("gate")).isEmpty();
        assertThat(Files.readString(folder.resolve("credentials"))).contains("hidden-word");
    }

    @Test
    void aZoneGetsAnIdAndAHigherVersionWhenItsShapeChanges() throws Exception {
        JsonObject camera = json(send("POST", "/api/cameras", "{\"name\":\"Zoned\",\"url\":\"file:/a.mp4\"}"));
        JsonObject drawn =
                json(send("PUT", "/api/cameras/zoned", withZone(camera, 0.5).encode()));
        JsonObject zone = drawn.getJsonArray("zones").getJsonObject(0);
        assertThat(zone.getString("id")).isEqualTo("drive-way");
        assertThat(zone.getInteger("version")).isEqualTo(1);
        JsonObject same = json(send("PUT", "/api/cameras/zoned", drawn.encode()));
        assertThat(same.getJsonArray("zones").getJsonObject(0).getInteger("version"))
                .isEqualTo(1);
        zone.put(
                "rings",
                withZone(new JsonObject(), 0.9)
                        .getJsonArray("zones")
                        .getJsonObject(0)
                        .getJsonArray("rings"));
        JsonObject moved = json(send("PUT", "/api/cameras/zoned", drawn.encode()));
        assertThat(moved.getJsonArray("zones").getJsonObject(0).getInteger("version"))
                .isEqualTo(2);
    }

    private static JsonObject withZone(JsonObject camera, double right) {
        JsonArray points = new JsonArray();
        for (double[] p : new double[][] {{0, 0}, {right, 0}, {right, 1}}) {
            points.add(new JsonObject().put("x", p[0]).put("y", p[1]));
        }
        JsonObject zone = new JsonObject()
                .put("name", "Drive Way")
                .put("rings", new JsonArray().add(new JsonObject().put("points", points)));
        return camera.put("zones", new JsonArray().add(zone));
    }

    @Test
    void aRuleIsTriedOnThePastWithoutBeingStored() throws Exception {
        camera("tried");
        JsonObject rule = new JsonObject().put("query", "car").put("enter", 0.1);
        JsonObject request = new JsonObject()
                .put("camera", "tried")
                .put("rule", rule)
                .put("fromMs", 1000)
                .put("toMs", 61_000);
        JsonObject report = json(send("POST", "/api/rules/backtest", request.encode()));
        assertThat(report.getString("frames")).isEqualTo("60000");
        assertThat(report.getJsonArray("alerts").getJsonObject(0).getString("rule"))
                .isEqualTo("draft");
        assertProblem(send("POST", "/api/rules/backtest", request.put("toMs", 1).encode()), 400, "fromMs");
        rule.put("enter", 7);
        assertProblem(send("POST", "/api/rules/backtest", request.encode()), 400, "rule.enter");
    }

    @Test
    void servesItsPageAndItsLibraryAndHasHealthAndMetrics() throws Exception {
        HttpResponse<String> page = send("GET", "/", null);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'");
        assertThat(send("GET", "/lib/uPlot.esm.js", null).statusCode()).isEqualTo(200);
        assertThat(json(send("GET", "/api/openapi.json", null)).getString("openapi"))
                .startsWith("3.");
        assertThat(role.alive()).isTrue();
        await().untilAsserted(() -> assertThat(role.notReady()).isEmpty());
        assertThat(allMetrics()).contains("segwatch_dashboard_viewers");
        assertThat(send("GET", "/../pom.xml", null).statusCode()).isGreaterThanOrEqualTo(400);
    }

    // Live

    @Test
    void eachFrameGoesOutWithItsOwnObservation() throws Exception {
        camera("paired");
        Scene scene = new Scene("paired", 1000, producer);
        try (Page page = new Page("/api/live?camera=paired")) {
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
        try (Page page = new Page("/api/live?camera=unobserved")) {
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
        try (Page page = new Page("/api/live?camera=measured")) {
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
        try (Page page = new Page("/api/live?camera=pushed")) {
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
            try (Page page = new Page("/api/live?camera=visited")) {
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
        assertThat(send("GET", path + "77?atMs=" + atMs, null).statusCode()).isEqualTo(404);
        assertThat(send("GET", path + "1", null).statusCode()).isEqualTo(400);
        assertThat(send("GET", path + "x?atMs=" + atMs, null).statusCode()).isEqualTo(400);
    }

    @Test
    void aRuleIsAnsweredInWordsAndCanBeSentBackAsItIs() throws Exception {
        camera("worded");
        send("POST", "/api/queries", "{\"id\":\"worded\",\"text\":\"forklift truck\"}");
        String rule = "{\"id\":\"worded\",\"query\":\"worded\",\"enter\":0.1,\"cameras\":[\"worded\"]}";
        JsonObject stored = json(send("POST", "/api/rules", rule));
        assertThat(stored.getString("sentence")).startsWith("forklift truck covers 10.0 % or more of the picture");

        assertThat(send("PUT", "/api/rules/worded", stored.encode()).statusCode())
                .isEqualTo(200);
        send("PUT", "/api/queries/worded", "{\"text\":\"reach truck\"}");
        assertThat(json(send("GET", "/api/rules/worded", null)).getString("sentence"))
                .startsWith("reach truck covers");
        send("DELETE", "/api/rules/worded", null);
    }

    @Test
    void aNewRuleStartsFromTheDefaultOneOfItsMeasure() throws Exception {
        JsonArray rules = json(send("GET", "/api/status", null)).getJsonArray("defaultRules");
        JsonObject rule = rules.getJsonObject(0);

        assertThat(rule.getDouble("enter")).isEqualTo(DefaultRule.of("").getEnter());
        assertThat(rule.getInteger("n")).isEqualTo(DefaultRule.of("").getN());
        assertThat(rules).anySatisfy(absence -> {
            assertThat(((JsonObject) absence).getString("measure")).isEqualTo("CHANGE");
            assertThat(((JsonObject) absence).getBoolean("below")).isTrue();
            assertThat(((JsonObject) absence).getDouble("enter"))
                    .isEqualTo(DefaultRule.of("", Rule.Measure.CHANGE, true).getEnter())
                    .isNegative();
        });
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

    /** How much greener than red a pixel is. */
    private static int green(BufferedImage picture, int x, int y) {
        int rgb = picture.getRGB(x, y);
        return (rgb >> 8 & 255) - (rgb >> 16 & 255);
    }

    @Test
    void aCalibrationIsShownAndItsStateAcceptedAsBaseline() throws Exception {
        Calibration calibration = Calibration.newBuilder()
                .setCamera("measured")
                .setQuery("person")
                .setDrift(0.4)
                .setDriftKnown(true)
                .setDrifted(true)
                .setShare(Spread.newBuilder().setSamples(700).setSuggestedEnter(0.06))
                .setHours(Hours.newBuilder().addStartMinute(29_000_000))
                .build();
        sendFact(Topic.CALIBRATIONS, "measured//person", calibration);
        sendFact(
                Topic.CALIBRATIONS,
                "measured/door/person",
                calibration.toBuilder().setZone("door").build());

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(json(send("GET", "/api/calibration?camera=measured", null))
                                .getJsonArray("calibrations"))
                        .hasSize(2));
        JsonObject whole = json(send("GET", "/api/calibration?camera=measured&zone=&query=person", null))
                .getJsonArray("calibrations")
                .getJsonObject(0);
        assertThat(whole.getBoolean("drifted")).isTrue();
        assertThat(whole.getJsonObject("share").getDouble("suggestedEnter")).isEqualTo(0.06);
        assertThat(whole.containsKey("hours")).isFalse();
        assertThat(send("GET", "/api/calibration?camera=measured&hours=true", null)
                        .body())
                .contains("29000000");

        String wanted = "{\"camera\":\"measured\",\"query\":\"person\"}";
        assertThat(send("POST", "/api/calibration/baseline", wanted).statusCode())
                .isEqualTo(202);
        List<String> keys = new ArrayList<>();
        WholeTopic.read(kafka, Topic.BASELINES).forEach(record -> keys.add(record.key()));
        assertThat(keys).contains("measured/person");
        assertProblem(
                send("POST", "/api/calibration/baseline", "{\"camera\":\"measured\",\"query\":\"none\"}"),
                404,
                "query");
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
        try (Page page = new Page("/api/live?camera=sound")) {
            awaitFlow(page, scene);
        }
        await().untilAsserted(() -> assertThat(everythingIn(Topic.DEAD_LETTER))
                .contains("segwatch.areas", "segwatch.alerts", "segwatch.cameras"));
        assertThat(role.alive()).isTrue();
    }

    @Test
    void alertsAreStreamedToPrograms() throws Exception {
        camera("streamed");
        try (Events events = Events.open("/api/events?camera=streamed&rule=r", null)) {
            assertThat(events.response.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/event-stream");
            sendFact(Topic.ALERTS, "other", alert("s-0", "other", "r"));
            sendFact(Topic.ALERTS, "streamed", alert("s-1", "streamed", "another"));
            sendFact(Topic.ALERTS, "streamed", alert("s-2", "streamed", "r"));
            await().untilAsserted(() -> assertThat(events.lines).contains("event: alert"));
            await().untilAsserted(() -> assertThat(events.data()).anyMatch(line -> line.contains("s-2")));
            assertThat(events.data()).noneMatch(line -> line.contains("s-0") || line.contains("s-1"));
        }
    }

    @Test
    void aProgramThatWasAwayGoesOnWhereItWas() throws Exception {
        camera("resumed");
        String known;
        try (Events events = Events.open("/api/events?camera=resumed", null)) {
            sendFact(Topic.ALERTS, "resumed", alert("r-1", "resumed", "r"));
            await().untilAsserted(() -> assertThat(events.data()).hasSize(1));
            known = events.lastId();
        }
        for (int i = 2; i <= 5; i++) {
            sendFact(Topic.ALERTS, "resumed", alert("r-" + i, "resumed", "r"));
        }
        await().untilAsserted(() -> assertThat(
                        send("GET", "/api/alerts?camera=resumed", null).body())
                .contains("r-5"));
        try (Events events = Events.open("/api/events?camera=resumed", known)) {
            sendFact(Topic.ALERTS, "resumed", alert("r-6", "resumed", "r"));
            await().untilAsserted(() -> assertThat(events.data()).hasSize(5));
            assertThat(events.data())
                    .extracting(DashboardIT::alertId)
                    .containsExactly("r-2", "r-3", "r-4", "r-5", "r-6");
            assertThat(events.lines).doesNotContain("event: gap");
        }
        try (Events events = Events.open("/api/events?camera=resumed", "no-place")) {
            await().untilAsserted(() -> assertThat(events.lines).contains("event: gap"));
        }
    }

    @Test
    void aProgramThatHasSeenNoAlertYetMissesNoneEither() throws Exception {
        camera("fresh");
        String known;
        try (Events events = Events.open("/api/events?camera=fresh", null)) {
            await().untilAsserted(() -> assertThat(events.lastId()).isNotEmpty());
            known = events.lastId();
        }
        sendFact(Topic.ALERTS, "fresh", alert("f-1", "fresh", "r"));
        try (Events events = Events.open("/api/events?camera=fresh", known)) {
            await().untilAsserted(() -> assertThat(events.data()).hasSize(1));
        }
    }

    @Test
    void areasAndObservationsAreStreamedWhenAskedFor() throws Exception {
        camera("followed");
        Observation observation = Observation.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera("followed").setEpoch(1))
                .addQueries(QueryMask.newBuilder()
                        .setQuery("car")
                        .setShare(0.25)
                        .setMask(Mask.newBuilder().setWidth(2).setHeight(2).setCounts("secret-mask")))
                .build();
        try (Events bare = Events.open("/api/events?camera=followed&observations=true&alerts=false", null);
                Events whole = Events.open(
                        "/api/events?camera=followed&observations=true&masks=true&areas=true&windowMs=10000", null)) {
            sendFact(Topic.OBSERVATIONS, "followed", observation);
            for (long windowMs : new long[] {1_000, 10_000}) {
                sendFact(
                        Topic.AREAS,
                        "followed",
                        Area.newBuilder()
                                .setCamera("followed")
                                .setWindowMs(windowMs)
                                .build());
            }
            sendFact(Topic.ALERTS, "followed", alert("m-1", "followed", "r"));
            await().untilAsserted(() -> assertThat(whole.data()).hasSize(3));
            assertThat(whole.lines).contains("event: area", "event: observation", "event: alert");
            assertThat(whole.data()).anyMatch(line -> line.contains("secret-mask"));
            assertThat(whole.data()).anyMatch(line -> line.contains("\"windowMs\":\"10000\""));
            await().untilAsserted(() -> assertThat(bare.data()).hasSize(1));
            assertThat(bare.data().get(0)).contains("0.25").doesNotContain("secret-mask");
        }
        assertProblem(send("GET", "/api/events?observations=true", null), 400, "camera");
        assertProblem(send("GET", "/api/events?areas=yes", null), 400, "areas");
        assertProblem(send("GET", "/api/events?areas=true&windowMs=5", null), 400, "windowMs");
        assertProblem(send("GET", "/api/events?camera=none", null), 404, "id");
    }

    @Test
    void aProgramThatReadsTooSlowlyIsToldSoAndCanGoOn() throws Exception {
        camera("flooded");
        String reason = "x".repeat(100_000);
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4_096);
            slow.connect(new InetSocketAddress("127.0.0.1", role.port()));
            slow.getOutputStream()
                    .write("GET /api/events?camera=flooded HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            await().until(() -> slow.getInputStream().available() > 0);
            double before = metric("segwatch_dashboard_event_streams_dropped_total");
            int[] sent = {0};
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                for (int i = 0; i < 20; i++) {
                    Alert alert = alert("flood-" + sent[0]++, "flooded", "r");
                    Kafka.sender(Topic.ALERTS, producer, "test")
                            .send("flooded", alert.toBuilder().setReason(reason).build());
                }
                producer.flush();
                return metric("segwatch_dashboard_event_streams_dropped_total") > before;
            });
            String all = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).contains("event: dropped").contains("Last-Event-ID");
            assertThat(all.indexOf("flood-0")).isPositive();
        }
    }

    // Webhooks

    @Test
    void aWebhooksSecretStaysInItsFile() throws Exception {
        String secret = "whsec_" + "c2VjcmV0LXRoYXQtbm9ib2R5LW1heS1zZWU=";
        JsonObject webhook = new JsonObject()
                .put("name", "Front desk")
                .put("url", "https://example.com/alerts")
                .put("states", new JsonArray().add("OPEN"))
                .put("secret", secret);
        HttpResponse<String> created = send("POST", "/api/webhooks", webhook.encode());
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(json(created).getString("id")).isEqualTo("front-desk");
        assertThat(Long.parseLong(json(created).getString("createdAtMs"))).isPositive();
        Secrets stored = new Secrets(folder.resolve("secrets"));
        assertThat(stored.find("front-desk")).hasSize(1);

        JsonObject renamed = json(created).put("name", "Desk").put("createdAtMs", "5");
        HttpResponse<String> changed = send("PUT", "/api/webhooks/front-desk", renamed.encode());
        assertThat(json(changed).getString("createdAtMs"))
                .isEqualTo(json(created).getString("createdAtMs"));
        assertThat(stored.find("front-desk")).hasSize(1);
        String everything = created.body()
                + changed.body()
                + send("GET", "/api/webhooks", null).body()
                + send("GET", "/api/webhook-status", null).body()
                + everythingIn(Topic.WEBHOOKS)
                + allMetrics();
        assertThat(everything).contains("front-desk").doesNotContain(secret.substring(6));

        assertThat(send("DELETE", "/api/webhooks/front-desk", null).statusCode())
                .isEqualTo(204);
        assertThat(stored.find("front-desk")).isEmpty();
    }

    @Test
    void badWebhooksAreRefusedWithoutShowingTheirSecret() throws Exception {
        assertProblem(send("POST", "/api/webhooks", "{\"url\":\"ftp://example.com\"}"), 400, "url");
        assertProblem(send("POST", "/api/webhooks", "{\"url\":\"https://u:p@example.com\"}"), 400, "url");
        HttpResponse<String> weak =
                send("POST", "/api/webhooks", "{\"url\":\"https://example.com\",\"secret\":\"hunter2\"}");
        assertProblem(weak, 400, "secret");
        assertThat(weak.body()).doesNotContain("hunter2");
        assertProblem(send("POST", "/api/webhooks/none/replay", "{}"), 404, "id");
    }

    @Test
    void aWebhookMayNameOnlyRulesAndCamerasThatExist() throws Exception {
        JsonObject webhook = new JsonObject().put("url", "https://example.com").put("id", "choosy");
        webhook.put("rules", new JsonArray().add("no-such-rule"));
        HttpResponse<String> refused = send("POST", "/api/webhooks", webhook.encode());
        assertProblem(refused, 400, "rules[0]");
        assertThat(refused.body()).contains("there is no rule no-such-rule");
        webhook.put("rules", new JsonArray().add("drift:no-such-query"));
        assertProblem(send("POST", "/api/webhooks", webhook.encode()), 400, "rules[0]");
        webhook.remove("rules");
        webhook.put("cameras", new JsonArray().add("no-such-camera"));
        assertProblem(send("POST", "/api/webhooks", webhook.encode()), 400, "cameras[0]");

        send("POST", "/api/queries", "{\"id\":\"drifting\",\"text\":\"drifting\"}");
        camera("chosen");
        webhook.put("rules", new JsonArray().add("drift:drifting")).put("cameras", new JsonArray().add("chosen"));
        HttpResponse<String> created = send("POST", "/api/webhooks", webhook.encode());
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        send("DELETE", "/api/queries/drifting", null);
        send("DELETE", "/api/cameras/chosen", null);
        HttpResponse<String> off = send(
                "PUT", "/api/webhooks/choosy", webhook.put("disabled", true).encode());
        assertThat(off.statusCode()).as(off.body()).isEqualTo(200);
    }

    @Test
    void aReplayIsAskedForAndTheStatusOfAllProcessesIsOne() throws Exception {
        send("POST", "/api/webhooks", "{\"id\":\"shared\",\"url\":\"https://example.com\"}");
        assertThat(send("GET", "/api/webhook-status", null).body()).contains("No process posts to it now");
        HttpResponse<String> asked =
                send("POST", "/api/webhooks/shared/replay", "{\"source\":\"DEAD_LETTER\",\"fromMs\":\"5\"}");
        assertThat(asked.statusCode()).isEqualTo(202);
        assertThat(everythingIn(Topic.WEBHOOK_REPLAYS)).contains(json(asked).getString("id"));
        assertProblem(send("POST", "/api/webhooks/shared/replay", "{\"fromMs\":\"5\",\"toMs\":\"4\"}"), 400, "fromMs");

        long now = System.currentTimeMillis();
        WebhookStatus.Builder one = WebhookStatus.newBuilder()
                .setWebhook("shared")
                .setState(WebhookStatus.State.WORKING)
                .setBacklog(3)
                .setAtMs(now);
        sendFact(Topic.WEBHOOK_STATUS, "shared/a", one.build());
        sendFact(
                Topic.WEBHOOK_STATUS,
                "shared/b",
                one.clone()
                        .setState(WebhookStatus.State.RETRYING)
                        .setReason("answered 500")
                        .build());
        sendFact(
                Topic.WEBHOOK_STATUS,
                "shared/gone",
                one.clone()
                        .setState(WebhookStatus.State.BLOCKED)
                        .setLastSuccessMs(7)
                        .setAtMs(now - 60_000)
                        .build());
        await().untilAsserted(() -> assertThat(
                        json(send("GET", "/api/webhook-status", null)).getJsonArray("webhooks").stream()
                                .map(JsonObject.class::cast)
                                .filter(status -> status.getString("webhook").equals("shared")))
                .singleElement()
                .satisfies(status -> assertThat(status.getMap())
                        .containsEntry("state", "RETRYING")
                        .containsEntry("reason", "answered 500")
                        .containsEntry("backlog", "6")
                        .containsEntry("lastSuccessMs", "7")));
    }

    // Access

    @Test
    void otherSitesAndOtherNamesAreKeptOut() throws Exception {
        HttpRequest foreign = HttpRequest.newBuilder(uri(role, "/api/queries"))
                .header("Origin", "http://evil.example")
                .POST(BodyPublishers.ofString("{\"text\":\"evil\"}"))
                .build();
        assertThat(http.send(foreign, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        assertThat(raw("GET /api/queries HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThatThrownBy(() -> http.newWebSocketBuilder()
                        .header("Origin", "http://evil.example")
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + role.port() + "/api/live"), new WebSocket.Listener() {})
                        .get(5, TimeUnit.SECONDS))
                .hasMessageContaining("WebSocketHandshakeException");
    }

    @Test
    void withATokenNothingIsShownWithoutIt() throws Exception {
        DashboardConfig config = config("host", "0.0.0.0", "token", "a-long-enough-token");
        try (DashboardRole other = DashboardRole.start(
                kafka,
                config,
                new Credentials(folder.resolve("other")),
                new Secrets(folder.resolve("other-secrets")),
                countsFrames)) {
            for (String path : List.of("/api/queries", "/api/live", "/api/events", "/metrics", "/app.js")) {
                assertThat(send(other, "GET", path, null).statusCode()).isEqualTo(401);
            }
            assertThat(send(other, "GET", "/login", null).statusCode()).isEqualTo(200);
            HttpRequest withToken = HttpRequest.newBuilder(uri(other, "/api/queries"))
                    .header("Authorization", "Bearer a-long-enough-token")
                    .build();
            assertThat(http.send(withToken, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            HttpResponse<String> wrong = login(other, "wrong");
            assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
            HttpResponse<String> right = login(other, "a-long-enough-token");
            String cookie = right.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie).contains("HTTPOnly", "SameSite=Strict").doesNotContain("a-long-enough-token");
            HttpRequest withCookie = HttpRequest.newBuilder(uri(other, "/api/queries"))
                    .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                    .build();
            assertThat(http.send(withCookie, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void moreViewersThanAllowedAreRefused() throws Exception {
        DashboardConfig small = config("max-viewers", "1");
        try (DashboardRole other = DashboardRole.start(
                kafka,
                small,
                new Credentials(folder.resolve("other")),
                new Secrets(folder.resolve("other-secrets")),
                countsFrames)) {
            HttpResponse<InputStream> first =
                    http.send(request(other, "GET", "/api/events", null), BodyHandlers.ofInputStream());
            assertThat(send(other, "GET", "/api/events", null).statusCode()).isEqualTo(503);
            first.body().close();
            await().untilAsserted(() -> {
                HttpResponse<InputStream> next =
                        http.send(request(other, "GET", "/api/events", null), BodyHandlers.ofInputStream());
                next.body().close();
                assertThat(next.statusCode()).isEqualTo(200);
            });
        }
    }

    // Helpers

    private static Alert alert(String id, String camera, String rule) {
        return Alert.newBuilder()
                .setId(id)
                .setCamera(camera)
                .setRule(rule)
                .setState(Alert.State.OPEN)
                .build();
    }

    private static String alertId(String data) {
        return new JsonObject(data.substring("data: ".length())).getString("id");
    }

    /** A program that reads an event stream. */
    private record Events(HttpResponse<InputStream> response, BlockingQueue<String> lines) implements AutoCloseable {
        static Events open(String path, String lastEventId) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(role, path));
            if (lastEventId != null) {
                request.header("Last-Event-ID", lastEventId);
            }
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            Events events = new Events(response, new LinkedBlockingQueue<>());
            Thread reader = new Thread(events::read);
            reader.setDaemon(true);
            reader.start();
            return events;
        }

        private void read() {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                // Closed.
            }
        }

        List<String> data() {
            return lines.stream()
                    .filter(line -> line.startsWith("data: {\"id\"")
                            || line.startsWith("data: {\"frame")
                            || line.startsWith("data: {\"camera"))
                    .toList();
        }

        /** What a browser would send back. */
        String lastId() {
            return lines.stream()
                    .filter(line -> line.startsWith("id: "))
                    .reduce("", (older, newer) -> newer.substring(4));
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    private static void camera(String id) throws Exception {
        assertThat(send("POST", "/api/cameras", "{\"id\":\"" + id + "\",\"url\":\"file:/a.mp4\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    /** Frames flow a moment after somebody has begun to look. */
    private static void awaitFlow(Page page, Scene scene) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            scene.sendFrame();
            return !page.pictures.isEmpty();
        });
    }

    /** Frames wait for their observations only once the dashboard has read one of this camera. */
    private static void awaitPairing(Page page, Scene scene) {
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            FrameId frame = scene.sendFrame();
            scene.sendObservation(frame, "car");
            return page.pictureOf(frame).getBoolean("observed");
        });
    }

    private static String allMetrics() throws IOException {
        StringWriter text = new StringWriter();
        TextFormat.write004(text, CollectorRegistry.defaultRegistry.metricFamilySamples());
        return text.toString();
    }

    private static double metric(String name) {
        Double value = CollectorRegistry.defaultRegistry.getSampleValue(name);
        return value == null ? 0 : value;
    }

    private static <T extends MessageLite> void sendFact(Topic<T> topic, String key, T fact) throws Exception {
        Kafka.sender(topic, producer, "test").send(key, fact).get();
    }

    private static List<Prompt> prompts(String id) {
        return WholeTopic.read(kafka, Topic.PROMPTS).stream()
                .map(record -> Topic.PROMPTS.parse(record.value()))
                .filter(prompt -> prompt.getId().equals(id))
                .toList();
    }

    private static String everythingIn(Topic<?> topic) {
        return WholeTopic.read(kafka, topic).stream()
                .filter(record -> record.value() != null)
                .map(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
    }

    private static void assertProblem(HttpResponse<String> response, int status, String field) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(response).getInteger("status")).isEqualTo(status);
        assertThat(json(response).getString("title")).isNotBlank();
        assertThat(json(response).getString("type")).isEqualTo("about:blank");
        JsonObject problem = json(response).getJsonArray("errors").getJsonObject(0);
        assertThat(problem.getString("field")).isEqualTo(field);
        assertThat(problem.getString("detail")).isNotBlank().hasSizeLessThan(400);
    }

    private static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    private static URI uri(DashboardRole at, String path) {
        return URI.create("http://127.0.0.1:" + at.port() + path);
    }

    private static HttpRequest request(String method, String path, String body) {
        return request(role, method, path, body);
    }

    private static HttpRequest request(DashboardRole at, String method, String path, String body) {
        return HttpRequest.newBuilder(uri(at, path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(15))
                .build();
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        return send(role, method, path, body);
    }

    private static HttpResponse<String> send(DashboardRole at, String method, String path, String body)
            throws Exception {
        return http.send(request(at, method, path, body), BodyHandlers.ofString());
    }

    private static HttpResponse<String> login(DashboardRole at, String token) throws Exception {
        HttpRequest form = HttpRequest.newBuilder(uri(at, "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("token=" + token))
                .build();
        return http.send(form, BodyHandlers.ofString());
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", role.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A page's WebSocket. */
    private static final class Page implements WebSocket.Listener, AutoCloseable {
        private final BlockingQueue<JsonObject> texts = new LinkedBlockingQueue<>();
        private final BlockingQueue<JsonObject> pictures = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
        private final WebSocket socket;
        private volatile byte[] lastJpeg;

        Page(String path) throws Exception {
            socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + role.port() + path), this)
                    .get(10, TimeUnit.SECONDS);
        }

        void say(String message) throws Exception {
            socket.sendText(message, true).get(5, TimeUnit.SECONDS);
        }

        JsonObject pictureOf(FrameId frame) throws InterruptedException {
            for (JsonObject header; (header = pictures.poll(15, TimeUnit.SECONDS)) != null; ) {
                if (header.getLong("sequence") == frame.getSequence()) {
                    return header;
                }
            }
            throw new AssertionError("No picture of frame " + frame.getSequence());
        }

        JsonObject text(String type) throws InterruptedException {
            for (JsonObject message; (message = texts.poll(15, TimeUnit.SECONDS)) != null; ) {
                if (message.getString("type").equals(type)) {
                    return message;
                }
            }
            throw new AssertionError("No message of type " + type);
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                texts.add(new JsonObject(text.toString()));
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            binary.writeBytes(bytes);
            if (last) {
                ByteBuffer message = ByteBuffer.wrap(binary.toByteArray());
                binary.reset();
                byte[] header = new byte[message.getInt()];
                message.get(header);
                lastJpeg = new byte[message.remaining()];
                message.get(lastJpeg);
                pictures.add(new JsonObject(new String(header, StandardCharsets.UTF_8)));
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    /** On any free port. */
    private static DashboardConfig config(String... keysAndValues) {
        Map<String, String> set = new HashMap<>(Map.of("segwatch.dashboard.port", "0"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            set.put("segwatch.dashboard." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return Configuration.of(set).get(DashboardConfig.class);
    }
}
