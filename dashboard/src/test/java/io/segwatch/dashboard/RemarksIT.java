package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.v1.QueryStatus;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person is told of a definition that is taken and is probably not meant so. */
class RemarksIT extends RunningDashboard {
    @Test
    void whatIsTheSameAsAnotherIsStoredWithAWarning() throws Exception {
        send("POST", "/api/queries", "{\"id\":\"lorry\",\"text\":\"lorry\"}");
        for (String text : List.of("lorry", "LORRY", "  lorry  ", "ｌｏｒｒｙ")) {
            JsonObject body = new JsonObject().put("id", "again").put("text", text);
            HttpResponse<String> created = send("POST", "/api/queries", body.encode());
            assertThat(created.statusCode()).isEqualTo(201);
            JsonObject warning = json(created).getJsonArray("warnings").getJsonObject(0);
            assertThat(warning.getString("field")).isEqualTo("text");
            assertThat(warning.getString("detail")).contains("that of query lorry too");
            assertThat(json(send("GET", "/api/queries/again", null)).containsKey("warnings"))
                    .isFalse();
            JsonObject apart = json(created).put("text", "van");
            HttpResponse<String> changed = send("PUT", "/api/queries/again", apart.encode());
            assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
            assertThat(json(changed).containsKey("warnings")).isFalse();
            send("DELETE", "/api/queries/again", null);
        }
        camera("twin");
        HttpResponse<String> twin =
                send("POST", "/api/cameras", "{\"id\":\"twin-2\",\"url\":\"file:/a.mp4\",\"name\":\" \u00a0Gate \"}");
        assertThat(json(twin).getJsonArray("warnings").getJsonObject(0).getString("field"))
                .isEqualTo("url");
        assertThat(json(twin).getString("name")).isEqualTo("Gate");
        for (String path : List.of("queries/lorry", "cameras/twin", "cameras/twin-2")) {
            send("DELETE", "/api/" + path, null);
        }
    }

    @Test
    void aChangedPrivacyMaskSaysWhatHappensToFramesFromBefore() throws Exception {
        camera("masked");
        String mask =
                "{\"name\":\"Window\",\"outline\":{\"points\":[{\"x\":0.0,\"y\":0.0},{\"x\":1.0,\"y\":0.0},{\"x\":0.0,\"y\":1.0}]}}";
        String camera = "{\"url\":\"file:/a.mp4\",\"privacyMasks\":[" + mask + "]}";
        HttpResponse<String> masked = send("PUT", "/api/cameras/masked", camera);
        assertThat(masked.body()).contains("frames from before are as they were", mask);
        assertThat(json(send("PUT", "/api/cameras/masked", camera)).containsKey("warnings"))
                .isFalse();
        HttpResponse<String> wrong = send("PUT", "/api/cameras/masked", camera.replace("\"y\":1.0", "\"y\":1.5"));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("\"field\":\"privacyMasks[0].outline.points[2]\"");
        assertThat(send("GET", "/api/cameras/masked", null).body()).contains(mask);
        assertThat(send("PUT", "/api/cameras/masked", "{\"url\":\"file:/a.mp4\"}")
                        .body())
                .contains("hides nothing any more");
        send("DELETE", "/api/cameras/masked", null);
    }

    @Test
    void whetherAQueryIsLookedForIsSaid() throws Exception {
        send("POST", "/api/queries", "{\"id\":\"odd\",\"text\":\"red 🚚\"}");
        assertThat(send("GET", "/api/query-status", null).body()).contains("No process looks for it now");
        WorkerStatus worker = WorkerStatus.newBuilder()
                .setWorker("w")
                .setAtMs(System.currentTimeMillis())
                .addQueries(QueryStatus.newBuilder()
                        .setQuery("odd")
                        .setAnswered(true)
                        .setReason("does not know a word"))
                .build();
        sendFact(Topic.WORKER_STATUS, "w", worker);
        await().untilAsserted(
                        () -> assertThat(send("GET", "/api/query-status", null).body())
                                .contains("{\"query\":\"odd\",\"answered\":true,\"reason\":\"does not know a word\"}"));
        sendFact(
                Topic.WORKER_STATUS,
                "w",
                WorkerStatus.newBuilder().setWorker("w").build());
        send("DELETE", "/api/queries/odd", null);
    }
}
