package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryStatus;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;

/**
 * A dashboard with two cameras, "mine" and "theirs", with all that there can be of each, an admin who sees both, and a
 * viewer and an operator who see the first. All that is about the other has its name in it.
 */
abstract class GuardedCameras extends RunningDashboard {
    static final String PASSWORD = "a long sentence of somebody";

    static Caller admin;
    static Caller operator;
    static Caller viewer;

    @BeforeAll
    static void define() throws Exception {
        Caller local = Caller.nobody(role);
        created(local, "/api/users", new JsonObject().put("name", "boss").put("role", "ADMIN"));
        admin = Caller.loggedIn(role, "boss", PASSWORD);
        String[] own = {"[\"mine\"]"};
        for (String name : new String[] {"viewer", "operator"}) {
            created(
                    admin,
                    "/api/users",
                    new JsonObject("{\"cameras\":" + own[0] + "}")
                            .put("name", name)
                            .put("role", name.toUpperCase(java.util.Locale.ROOT)));
        }
        created(admin, "/api/users", new JsonObject().put("name", "extra").put("role", "VIEWER"));
        operator = Caller.loggedIn(role, "operator", PASSWORD);
        viewer = Caller.loggedIn(role, "viewer", PASSWORD);
        for (String camera : new String[] {"mine", "theirs", "extra"}) {
            created(admin, "/api/cameras", camera(camera, camera));
        }
        created(admin, "/api/webhooks", new JsonObject("{\"id\":\"hook\",\"url\":\"https://example.com/x\"}"));
        for (String camera : new String[] {"mine", "theirs"}) {
            created(admin, "/api/queries", query("q-" + camera, camera));
            created(admin, "/api/rules", rule("r-" + camera, camera));
            tell(camera);
        }
        sendFact(Topic.WORKER_STATUS, "worker", worker());
    }

    static JsonObject camera(String id, String word) {
        return new JsonObject().put("id", id).put("url", "file:/" + word + ".mp4");
    }

    static JsonObject query(String id, String camera) {
        return new JsonObject("{\"cameras\":[\"" + camera + "\"]}")
                .put("id", id)
                .put("text", "seen by " + camera);
    }

    static JsonObject rule(String id, String camera) {
        return new JsonObject("{\"cameras\":[\"" + camera + "\"]}")
                .put("id", id)
                .put("name", "rule of " + camera)
                .put("query", "q-" + camera)
                .put("enter", 0.1);
    }

    static void created(Caller by, String path, JsonObject body) throws Exception {
        if (path.equals("/api/users")) {
            body.put("password", PASSWORD);
        }
        HttpResponse<String> answer = by.send("POST", path, body.encode());
        assertThat(answer.statusCode()).as(path + " " + answer.body()).isIn(201, 202);
    }

    static WorkerStatus worker() {
        WorkerStatus.Builder worker = WorkerStatus.newBuilder()
                .setWorker("worker")
                .setAtMs(System.currentTimeMillis())
                .addCameras("mine")
                .addCameras("theirs");
        for (String camera : new String[] {"mine", "theirs"}) {
            worker.addQueries(QueryStatus.newBuilder().setQuery("q-" + camera).setReason("about " + camera));
        }
        return worker.build();
    }

    static FrameId frame(String camera) {
        return FrameId.newBuilder()
                .setCamera(camera)
                .setEpoch(1)
                .setSequence(System.nanoTime())
                .build();
    }

    /** Facts of all kinds. */
    static void tell(String camera) throws Exception {
        long now = System.currentTimeMillis();
        sendFact(
                Topic.ALERTS,
                camera,
                Alert.newBuilder()
                        .setId("alert-" + camera)
                        .setCamera(camera)
                        .setRule("r-" + camera)
                        .setState(Alert.State.OPEN)
                        .setOpenedAtMs(now)
                        .setAtMs(now)
                        .setReason("on " + camera)
                        .setEvidence(frame(camera))
                        .build());
        sendFact(
                Topic.AREAS,
                camera,
                Area.newBuilder()
                        .setCamera(camera)
                        .setQuery("q-" + camera)
                        .setWindowMs(1_000)
                        .setWindowStartMs(now)
                        .build());
        sendFact(
                Topic.CALIBRATIONS,
                camera + "//q-" + camera,
                Calibration.newBuilder()
                        .setCamera(camera)
                        .setQuery("q-" + camera)
                        .setAtMs(now)
                        .build());
        sendFact(
                Topic.CAMERA_STATUS,
                camera,
                CameraStatus.newBuilder()
                        .setCamera(camera)
                        .setState(CameraStatus.State.LIVE)
                        .setReason("well " + camera)
                        .setAtMs(now)
                        .build());
        sendFact(
                Topic.OBSERVATIONS,
                camera,
                Observation.newBuilder()
                        .setFrame(frame(camera))
                        .setCapturedAtMs(now)
                        .setModel("model of " + camera)
                        .build());
        sendFact(
                Topic.INSTANCE_MASKS,
                camera,
                InstanceMask.newBuilder()
                        .setPrompt("prompt-" + camera)
                        .setFrame(frame(camera))
                        .setCapturedAtMs(now)
                        .build());
    }
}
