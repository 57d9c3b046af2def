package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.FrameId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Alerts, their pictures, and what people made of them, as long as Kafka keeps them. */
class KeptAlertsIT extends RunningDashboard {
    private static Alert.Builder alert(String id, String camera, long openedAtMs) {
        return Alert.newBuilder()
                .setId(id)
                .setCamera(camera)
                .setRule("crowd")
                .setRuleName("Crowd")
                .setState(Alert.State.OPEN)
                .setOpenedAtMs(openedAtMs)
                .setAtMs(openedAtMs)
                .setReason("person covers 9.0 % of the picture");
    }

    private static void sendAlert(Alert.Builder alert) throws Exception {
        sendFact(Topic.ALERTS, alert.getCamera(), alert.build());
    }

    private static HttpResponse<byte[]> evidence(DashboardRole at, String alert) throws Exception {
        return http.send(
                request(at, "GET", "/api/alerts/" + alert + "/evidence.jpg", null), BodyHandlers.ofByteArray());
    }

    /** An alert whose frame and observation are there. */
    private static void opens(String id, String camera) throws Exception {
        Scene scene = new Scene(camera, System.nanoTime(), producer);
        FrameId frame = scene.sendFrame();
        scene.sendObservation(frame, "car");
        sendAlert(alert(id, camera, System.currentTimeMillis()).setEvidence(frame));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(everythingIn(Topic.EVIDENCE)).contains(id));
    }

    private static void deleteAll(Topic<?> topic) throws Exception {
        try (Admin admin = Admin.create(kafka.clientProperties())) {
            int count = admin.describeTopics(List.of(topic.topicName()))
                    .allTopicNames()
                    .get()
                    .get(topic.topicName())
                    .partitions()
                    .size();
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            for (int i = 0; i < count; i++) {
                TopicPartition partition = new TopicPartition(topic.topicName(), i);
                long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get()
                        .offset();
                all.put(partition, RecordsToDelete.beforeOffset(end));
            }
            admin.deleteRecords(all).all().get();
        }
    }

    @Test
    void thePictureOfAnAlertIsThereWhenItsFrameIsGone() throws Exception {
        camera("lasting");
        opens("alert-lasting", "lasting");
        deleteAll(Topic.FRAMES);
        deleteAll(Topic.OBSERVATIONS);
        HttpResponse<byte[]> picture = evidence(role, "alert-lasting");
        assertThat(picture.statusCode()).isEqualTo(200);
        assertThat(ImageIO.read(new ByteArrayInputStream(picture.body())).getWidth())
                .isEqualTo(Scene.WIDTH);
        try (DashboardRole other = startOther(config())) {
            await().untilAsserted(() ->
                    assertThat(evidence(other, "alert-lasting").body()).isEqualTo(picture.body()));
        }

        String query = "{\"id\":\"person\",\"text\":\"person\"}";
        assertThat(send("POST", "/api/queries", query).statusCode()).isEqualTo(201);
        String hiding = "{\"url\":\"file:/a.mp4\",\"hiddenQueries\":[\"person\"]}";
        assertThat(send("PUT", "/api/cameras/lasting", hiding).statusCode()).isEqualTo(200);
        HttpResponse<String> hidden = send("GET", "/api/alerts/alert-lasting/evidence.jpg", null);
        assertProblem(hidden, 404, "evidence");
        assertThat(hidden.body()).contains("were to be hidden");
    }

    @Test
    void thePicturesOfACameraGoWithIt() throws Exception {
        camera("erased");
        opens("alert-erased", "erased");
        send("POST", "/api/alert-reviews", "{\"alerts\":[\"alert-erased\"],\"note\":\"a man in red\"}");
        assertThat(send("POST", "/api/erasures", "{\"camera\":\"erased\"}").statusCode())
                .isEqualTo(202);
        assertThat(evidence(role, "alert-erased").statusCode()).isEqualTo(404);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(everythingIn(Topic.EVIDENCE)).doesNotContain("alert-erased"));
    }

    @Test
    void anAlertWithoutAPictureSaysSo() throws Exception {
        camera("blank");
        sendAlert(alert("alert-blank", "blank", System.currentTimeMillis())
                .setEvidence(FrameId.newBuilder().setCamera("blank").setEpoch(1).setSequence(1)));
        await().untilAsserted(() -> {
            HttpResponse<String> answer = send("GET", "/api/alerts/alert-blank/evidence.jpg", null);
            assertProblem(answer, 404, "evidence");
            assertThat(answer.body()).contains("no longer kept");
        });
    }

    private static List<String> pages(String filter) throws Exception {
        List<String> ids = new ArrayList<>();
        String after = "";
        do {
            JsonObject page = json(send("GET", "/api/alerts?limit=7" + filter + after, null));
            for (Object alert : page.getJsonArray("alerts")) {
                ids.add(((JsonObject) alert).getString("id"));
            }
            after = page.containsKey("next") ? "&after=" + page.getString("next") : "";
        } while (!after.isEmpty());
        return ids;
    }

    @Test
    void alertsOfWeeksAgoComePageByPageAndAreFiltered() throws Exception {
        camera("old");
        long month = System.currentTimeMillis() - Duration.ofDays(25).toMillis();
        for (int i = 0; i < 40; i++) {
            sendAlert(alert("old-" + i, "old", month + i * 60_000L));
            if (i % 2 == 0) {
                sendAlert(alert("old-" + i, "old", month + i * 60_000L)
                        .setState(Alert.State.CLOSE)
                        .setAtMs(month + i * 60_000L + 1_000)
                        .setDurationMs(1_000)
                        .setPeak(0.12)
                        .setReason("person covers 0.0 %"));
            }
        }
        await().untilAsserted(() -> assertThat(pages("&camera=old")).hasSize(40));
        assertThat(pages("&camera=old"))
                .startsWith("old-39", "old-38")
                .endsWith("old-0")
                .doesNotHaveDuplicates();
        assertThat(pages("&camera=old&state=closed")).hasSize(20).startsWith("old-38");
        assertThat(pages("&camera=old&state=open&from=" + (month + 30 * 60_000L)))
                .containsExactly("old-39", "old-37", "old-35", "old-33", "old-31");
        assertThat(pages("&camera=old&to=" + (month + 60_000L))).containsExactly("old-1", "old-0");
        assertThat(pages("&camera=old&rule=other")).isEmpty();
        JsonObject one = json(send("GET", "/api/alerts/old-0", null));
        assertThat(one.getString("state")).isEqualTo("CLOSE");
        assertThat(one.getString("openedReason")).contains("9.0 %");
        assertProblem(send("GET", "/api/alerts/none", null), 404, "id");
        assertProblem(send("GET", "/api/alerts?after=x", null), 400, "after");

        String csv = send("GET", "/api/alert-export?camera=old", null).body();
        assertThat(csv.lines()).hasSize(41);
        assertThat(csv).contains("\"old-39\"", "opened_at");
        JsonObject all = json(send("GET", "/api/alert-export?format=json&camera=old", null));
        assertThat(all.getJsonArray("alerts")).hasSize(40);
    }

    @Test
    void whatASpreadsheetWouldRunIsText() throws Exception {
        camera("formula");
        sendAlert(alert("formula-1", "formula", System.currentTimeMillis()).setRuleName("=cmd|' /C calc'!A0"));
        await().untilAsserted(() -> assertThat(
                        send("GET", "/api/alert-export?camera=formula", null).body())
                .contains("\"'=cmd|"));
    }

    private static JsonArray review(String body) throws Exception {
        HttpResponse<String> answer = send("POST", "/api/alert-reviews", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).getJsonArray("reviews");
    }

    @Test
    void alertsAreAcknowledgedOneAndManyAndTheOtherDashboardShowsIt() throws Exception {
        camera("acked");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            ids.add("\"ack-" + i + "\"");
            sendAlert(alert("ack-" + i, "acked", System.currentTimeMillis() + i));
        }
        await().untilAsserted(() -> assertThat(pages("&camera=acked")).hasSize(30));
        JsonObject first = review("{\"alerts\":[\"ack-0\"],\"acknowledged\":true,\"note\":\"a delivery\"}")
                .getJsonObject(0);
        assertThat(first.getString("acknowledgedBy")).isEqualTo("local");
        assertThat(first.getString("note")).isEqualTo("a delivery");
        review("{\"alerts\":[\"ack-1\"],\"seen\":true}");
        assertThat(pages("&camera=acked&review=unseen")).hasSize(28);
        assertThat(pages("&camera=acked&review=unacknowledged")).hasSize(29);
        assertThat(pages("&camera=acked&review=acknowledged")).containsExactly("ack-0");
        assertThat(review("{\"alerts\":[" + String.join(",", ids) + "],\"acknowledged\":true}"))
                .hasSize(30);
        try (DashboardRole other = startOther(config())) {
            await().untilAsserted(() -> {
                JsonObject whole = json(send(other, "GET", "/api/alerts/ack-0", null));
                assertThat(whole.getJsonObject("review").getString("note")).isEqualTo("a delivery");
            });
            String back = "{\"alerts\":[\"ack-0\"],\"acknowledged\":false}";
            assertThat(send(other, "POST", "/api/alert-reviews", back).statusCode())
                    .isEqualTo(200);
        }
        await().untilAsserted(() ->
                assertThat(pages("&camera=acked&review=unacknowledged")).containsExactly("ack-0"));
        assertProblem(send("POST", "/api/alert-reviews", "{\"alerts\":[\"none\"]}"), 400, "alerts");
        String longNote = "{\"alerts\":[\"ack-0\"],\"note\":\"" + "x".repeat(501) + "\"}";
        assertProblem(send("POST", "/api/alert-reviews", longNote), 400, "note");
    }

    @Test
    void anAlertTellsWhetherItWasMutedWhenItOpened() throws Exception {
        camera("loud");
        sendAlert(alert("before", "loud", System.currentTimeMillis() - 60_000));
        HttpResponse<String> muted = send("PUT", "/api/mutes/camera/loud", "{\"minutes\":60}");
        assertThat(muted.statusCode()).as(muted.body()).isEqualTo(200);
        JsonObject span = json(muted).getJsonObject("now");
        assertThat(Long.parseLong(span.getString("untilMs")) - Long.parseLong(span.getString("fromMs")))
                .isEqualTo(3_600_000);
        assertThat(span.getString("by")).isEqualTo("local");
        sendAlert(alert("during", "loud", System.currentTimeMillis() + 100));
        await().untilAsserted(() -> {
            assertThat(json(send("GET", "/api/alerts/during", null)).getBoolean("muted"))
                    .isTrue();
            assertThat(json(send("GET", "/api/alerts/before", null)).getBoolean("muted"))
                    .isFalse();
        });
        HttpResponse<String> ended = send("DELETE", "/api/mutes/camera/loud", null);
        assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
        assertProblem(send("DELETE", "/api/mutes/camera/loud", null), 404, "id");
        assertThat(send("GET", "/api/mutes", null).body()).contains("camera/loud");
        assertProblem(send("PUT", "/api/mutes/camera/nobody", "{}"), 404, "id");
        assertProblem(send("PUT", "/api/mutes/rule/nobody", "{}"), 404, "id");
        String both = "{\"minutes\":5,\"untilMorning\":true}";
        assertProblem(send("PUT", "/api/mutes/camera/loud", both), 400, "minutes");
        String zone = "{\"untilMorning\":true,\"timeZone\":\"Mars/Olympus\"}";
        assertProblem(send("PUT", "/api/mutes/camera/loud", zone), 400, "timeZone");
    }

    @Test
    void recordsAreFoundOnEachPartition() throws Exception {
        for (int i = 0; i < 8; i++) {
            camera("spread-" + i);
            sendAlert(alert("spread-alert-" + i, "spread-" + i, System.currentTimeMillis() - 86_400_000L * 3 + i));
        }
        assertThat(Kafka.partitionOf("spread-0", 4)).isBetween(0, 3);
        await().untilAsserted(() -> assertThat(
                        send("GET", "/api/alerts?limit=1000", null).body())
                .contains("spread-alert-0", "spread-alert-7"));
    }
}
