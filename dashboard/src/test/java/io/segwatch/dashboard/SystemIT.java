package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the system fares, and cameras that are tried before they are defined. */
class SystemIT extends RunningDashboard {
    @Test
    void tellsReconnectsAndRatesAndThisProcess() throws Exception {
        camera("shaky");
        long now = System.currentTimeMillis();
        for (int i = 0; i < 3; i++) {
            sendFact(
                    Topic.CAMERA_STATUS,
                    "shaky",
                    CameraStatus.newBuilder()
                            .setCamera("shaky")
                            .setAtMs(now + i * 61_000L)
                            .setReconnects(10 + i)
                            .build());
            sendFact(
                    Topic.WORKER_STATUS,
                    "w1",
                    WorkerStatus.newBuilder()
                            .setWorker("w1")
                            .setAtMs(now + i * 5_000L)
                            .setFramesEncoded(20L * i)
                            .build());
        }
        await().untilAsserted(() -> {
            JsonObject system = json(send("GET", "/api/system", null));
            assertThat(system.getJsonObject("reconnectsLastHour").getInteger("shaky"))
                    .isEqualTo(2);
            assertThat(system.getJsonObject("workerFps").getDouble("w1")).isEqualTo(4);
            JsonObject process = system.getJsonObject("process");
            assertThat(process.getLong("heapUsedBytes")).isPositive();
            assertThat(process.getLong("uptimeMs")).isPositive();
            assertThat(process.getJsonArray("lag").encode()).contains("segwatch.areas");
        });
    }

    @Test
    void framesThatWorkersSkippedAreToldByCamera() throws Exception {
        camera("crowded");
        long now = System.currentTimeMillis();
        CameraStatus.Builder status =
                CameraStatus.newBuilder().setCamera("crowded").setAtMs(now);
        sendFact(Topic.CAMERA_STATUS, "crowded", status.build());
        await().untilAsserted(() -> assertThat(skipped()).as("known").containsKey("crowded"));
        for (int i = 0; i < 2; i++) {
            sendFact(
                    Topic.OBSERVATIONS,
                    "crowded",
                    Observation.newBuilder()
                            .setFrame(FrameId.newBuilder()
                                    .setCamera("crowded")
                                    .setEpoch(1)
                                    .setSequence(i))
                            .setCapturedAtMs(now + i)
                            .setSkipped(3)
                            .build());
        }
        await().untilAsserted(() -> {
            sendFact(
                    Topic.CAMERA_STATUS,
                    "crowded",
                    status.setAtMs(status.getAtMs() + 1_000).build());
            assertThat(skipped()).containsEntry("crowded", 6);
        });
    }

    private Map<String, Object> skipped() throws Exception {
        return json(send("GET", "/api/system", null))
                .getJsonObject("skippedLastHour")
                .getMap();
    }

    @Test
    void aCameraIsTriedWithItsLoginWhichNobodyIsTold() throws Exception {
        HttpResponse<String> answer = send(
                "POST", "/api/cameras/test", "{\"url\":\"rtsp://guest:s3cretword@10.0.0.1/live\",\"name\":\"Door\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonObject test = json(answer);
        assertThat(test.getBoolean("works")).isTrue();
        assertThat(test.getString("codec")).isEqualTo("for guest with 10");
        assertThat(test.getString("jpeg")).isNotEmpty();
        assertThat(answer.body()).doesNotContain("s3cretword");
        assertThat(json(send("GET", "/api/cameras", null)).encode()).doesNotContain("10.0.0.1");
    }

    @Test
    void theLoginOfAKnownCameraIsUsedAtItsOwnAddressAlone() throws Exception {
        send(
                "POST",
                "/api/cameras",
                "{\"id\":\"gate\",\"url\":\"rtsp://10.0.0.2/live\",\"username\":\"admin\",\"password\":\"longer-one\"}");
        JsonObject same =
                json(send("POST", "/api/cameras/test", "{\"id\":\"gate\",\"url\":\"rtsp://10.0.0.2/other\"}"));
        assertThat(same.getString("codec")).isEqualTo("for admin with 10");
        JsonObject elsewhere =
                json(send("POST", "/api/cameras/test", "{\"id\":\"gate\",\"url\":\"rtsp://10.0.0.3/live\"}"));
        assertThat(elsewhere.getString("codec")).isEqualTo("h264");
    }

    @Test
    void whatIsWrongWithTheDefinitionIsToldAtItsFieldAndACameraThatFailsSaysWhy() throws Exception {
        assertProblem(send("POST", "/api/cameras/test", "{\"url\":\"ftp://10.0.0.1\"}"), 400, "url");
        assertProblem(
                send("POST", "/api/cameras/test", "{\"url\":\"rtsp://10.0.0.1/a\",\"targetFps\":900}"),
                400,
                "targetFps");
        JsonObject closed = json(send("POST", "/api/cameras/test", "{\"url\":\"rtsp://10.0.0.1/closed\"}"));
        assertThat(closed.getBoolean("works")).isFalse();
        assertThat(closed.getString("reason")).contains("connection refused");
    }

    @Test
    void whereAnotherProcessReadsCamerasThatIsSaid() throws Exception {
        try (DashboardRole alone = DashboardRole.start(
                kafka,
                config(),
                Optional.empty(),
                new Credentials(folder.resolve("alone")),
                new Secrets(folder.resolve("alone-secrets")),
                countsFrames,
                Optional.empty(),
                Optional.empty(),
                Optional.empty())) {
            assertProblem(send(alone, "POST", "/api/cameras/test", "{\"url\":\"file:/a.mp4\"}"), 501, "url");
        }
    }
}
