package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.DefaultRule;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.WholeTopic;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Hours;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Spread;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestIT extends RunningDashboard {
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
        try (DashboardRole other = startOther(small)) {
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
        assertThat(stored.find("gate", "rtsp://10.0.0.9:554")
                        .orElseThrow()
                        .login()
                        .orElseThrow()
                        .password())
                .isEqualTo("s@cret+1");
        assertThat(stored.find("yard", "rtsp://10.0.0.8:554")
                        .orElseThrow()
                        .login()
                        .orElseThrow()
                        .user())
                .isEqualTo("ann");

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
        assertThat(stored.find("gate", "rtsp://10.0.0.9:554")).isEmpty();
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
        assertThat(send("GET", "/lib/uPlot.min.js", null).statusCode()).isEqualTo(200);
        assertThat(json(send("GET", "/api/openapi.json", null)).getString("openapi"))
                .startsWith("3.");
        assertThat(role.alive()).isTrue();
        await().untilAsserted(() -> assertThat(role.notReady()).isEmpty());
        assertThat(allMetrics()).contains("segwatch_dashboard_viewers");
        assertThat(send("GET", "/../pom.xml", null).statusCode()).isGreaterThanOrEqualTo(400);
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
        JsonObject backtest = new JsonObject()
                .put("camera", "worded")
                .put("rule", stored)
                .put("fromMs", 1)
                .put("toMs", 2);
        assertThat(send("POST", "/api/rules/backtest", backtest.encode()).statusCode())
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
}
