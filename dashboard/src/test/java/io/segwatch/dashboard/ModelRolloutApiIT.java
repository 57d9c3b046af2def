package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.v1.AreaComparison;
import io.segwatch.v1.CandidateStatus;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The steps of a model's rollout, and what keeps each from being taken. One test, for there is one rollout. */
class ModelRolloutApiIT extends RunningDashboard {
    private static final String OLD = "a".repeat(64);
    private static final String NEW = "b".repeat(64);

    @Test
    void goesStepByStepAndRefusesWhatCannotBeDone() throws Exception {
        camera("gate");
        refused("SHADOW", "needs a process with the role inference");
        refused("ROLLED_BACK", "was never begun");
        report("w1", OLD, null);
        refused("SHADOW", "segwatch.inference.candidate-model is empty there");
        report("w1", OLD, candidate(NEW));
        refused("CANARY", "begin one first");
        report("w2", OLD, candidate("c".repeat(64)));
        refused("SHADOW", "w1 has m@2 (SHA-256 bbbbbbbbbbbb…), w2 has m@2 (SHA-256 cccccccccccc…)");
        report("w2", OLD, candidate(NEW).setFault("image_encoder.onnx is missing"));
        refused("SHADOW", "w2: image_encoder.onnx is missing");
        report("w2", OLD, candidate(NEW));
        assertProblem(step("{\"state\":\"SHADOW\",\"cameras\":[\"nowhere\"]}"), 400, "cameras[0]");
        assertProblem(step("{\"state\":\"STATE_UNSPECIFIED\"}"), 400, "state");

        JsonObject shadow = taken("{\"state\":\"SHADOW\"}");
        assertThat(shadow.getString("model")).isEqualTo("m@2");
        assertThat(shadow.getString("fingerprint")).isEqualTo(NEW);
        assertThat(shadow.getString("by")).isEqualTo("local");
        refused("SWITCHED", "it has not loaded the candidate yet");
        report("w1", OLD, candidate(NEW).setLoaded(true));
        report("w2", OLD, candidate(NEW).setLoaded(true));
        refused("SWITCHED", "no frame has been compared yet");
        refused("CANARY", "name the cameras", 400, "canaries");

        assertThat(taken("{\"state\":\"CANARY\",\"cameras\":[\"gate\"]}").getJsonArray("canaries"))
                .containsExactly("gate");
        report(
                "w1",
                OLD,
                candidate(NEW)
                        .setLoaded(true)
                        .setFramesCompared(3)
                        .addComparisons(comparison("gate", 0.01))
                        .addComparisons(comparison("yard", 0.2)));
        JsonObject known = json(send("GET", "/api/model-rollout", null));
        assertThat(known.getJsonArray("comparisons").stream().map(each -> ((JsonObject) each).getString("camera")))
                .as("the greatest difference first")
                .containsExactly("yard", "gate");
        assertThat(known.getJsonArray("workers")).hasSize(2);
        assertThat(send("GET", "/api/status", null).body())
                .as("what is sent to every page every two seconds")
                .contains("framesCompared")
                .doesNotContain("meanDifference");

        taken("{\"state\":\"SWITCHED\"}");
        refused("SHADOW", "which not every process runs as its own");
        report("w1", NEW, null);
        report("w2", NEW, null);
        refused("ROLLED_BACK", "Set segwatch.inference.model to the former directory");
        report("w2", OLD, candidate(NEW).setLoaded(true));
        taken("{\"state\":\"ROLLED_BACK\"}");
        refused("ROLLED_BACK", "already");
        await().untilAsserted(() -> assertThat(
                        send("GET", "/api/audit?action=set-model-rollout", null).body())
                .contains("set-model-rollout"));
    }

    private static HttpResponse<String> step(String body) throws Exception {
        return send("PUT", "/api/model-rollout", body);
    }

    private static JsonObject taken(String body) throws Exception {
        HttpResponse<String> answer = step(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonObject rollout = json(answer);
        assertThat(json(send("GET", "/api/model-rollout", null)).getJsonObject("rollout"))
                .isEqualTo(rollout);
        return rollout;
    }

    private static void refused(String state, String why) throws Exception {
        refused(state, why, 409, "state");
    }

    private static void refused(String state, String why, int status, String field) throws Exception {
        HttpResponse<String> answer = step("{\"state\":\"" + state + "\"}");
        assertProblem(answer, status, field);
        assertThat(json(answer).getString("detail")).contains(why);
    }

    private static CandidateStatus.Builder candidate(String fingerprint) {
        return CandidateStatus.newBuilder().setModel("m@2").setFingerprint(fingerprint);
    }

    private static AreaComparison comparison(String camera, double difference) {
        return AreaComparison.newBuilder()
                .setCamera(camera)
                .setQuery("person")
                .setFrames(3)
                .setMeanDifference(difference)
                .build();
    }

    /** Returns when the API knows it. */
    private static void report(String worker, String fingerprint, CandidateStatus.Builder candidate) throws Exception {
        WorkerStatus.Builder status = WorkerStatus.newBuilder()
                .setWorker(worker)
                .setModel("m@1")
                .setFingerprint(fingerprint)
                .setAtMs(System.currentTimeMillis());
        if (candidate != null) {
            status.setCandidate(candidate);
        }
        sendFact(Topic.WORKER_STATUS, worker, status.build());
        await().until(() -> json(send("GET", "/api/status", null)).getJsonArray("workers").stream()
                .map(JsonObject.class::cast)
                .anyMatch(each -> each.getString("worker").equals(worker)
                        && each.getString("atMs").equals(Long.toString(status.getAtMs()))));
    }
}
