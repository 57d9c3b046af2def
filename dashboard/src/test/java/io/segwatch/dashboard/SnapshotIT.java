package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.CameraStatus.State;
import io.segwatch.v1.Frame;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class SnapshotIT extends RunningDashboard {
    private static HttpResponse<byte[]> snapshot(String path) throws Exception {
        return http.send(request("GET", "/api/cameras/" + path, null), BodyHandlers.ofByteArray());
    }

    private static void status(String camera, State state, long lastFrameAtMs) throws Exception {
        CameraStatus status = CameraStatus.newBuilder()
                .setCamera(camera)
                .setState(state)
                .setReason(state == State.LIVE ? "" : "connection refused")
                .setLastFrameAtMs(lastFrameAtMs)
                .setAtMs(System.currentTimeMillis())
                .build();
        sendFact(Topic.CAMERA_STATUS, camera, status);
    }

    private static void awaitPicture(String camera, Scene scene) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            scene.sendFrame();
            HttpResponse<byte[]> picture = snapshot(camera + "/snapshot.jpg");
            assertThat(picture.statusCode()).isEqualTo(200);
            assertThat(picture.headers().firstValue("Age")).isPresent();
            assertThat(picture.headers().firstValue("Last-Modified")).isPresent();
        });
    }

    @Test
    void aCameraThatIsAwayHasNoSnapshotHoweverOftenItIsAskedFor() throws Exception {
        camera("away");
        Scene scene = new Scene("away", 1000, producer);
        long last = System.currentTimeMillis();
        awaitPicture("away", scene);
        status("away", State.OFFLINE, last);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(snapshot("away/snapshot.jpg").statusCode()).isEqualTo(503));
        HttpResponse<String> answer = send("GET", "/api/cameras/away/snapshot.jpg", null);
        assertProblem(answer, 503, "snapshot");
        assertThat(answer.body()).contains("OFFLINE", "s old", "connection refused", "maxAge");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(snapshot("away/snapshot.jpg?maxAge=120").statusCode()).isEqualTo(200);
    }

    @Test
    void aPictureThatGrowsOldWhileACameraSaysItIsLiveIsNotGiven() throws Exception {
        camera("frozen");
        Scene scene = new Scene("frozen", 1000, producer);
        long last = System.currentTimeMillis();
        awaitPicture("frozen", scene);
        status("frozen", State.STALLED, last);
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() ->
                        assertThat(snapshot("frozen/snapshot.jpg").statusCode()).isEqualTo(503));
    }

    @Test
    void theLastPictureOfASlowCameraIsFoundWhereItIsKept() throws Exception {
        camera("slow");
        Scene scene = new Scene("slow", 1000, producer);
        long at = System.currentTimeMillis();
        scene.sendFrame();
        status("slow", State.LIVE, at);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            HttpResponse<byte[]> picture = snapshot("slow/snapshot.jpg?maxAge=60");
            assertThat(picture.statusCode()).isEqualTo(200);
            assertThat(picture.body()).isEqualTo(Scene.jpeg(0));
        });
    }

    @Test
    void aFullPictureIsTheCamerasNextOneWhereCamerasAreGrabbed() throws Exception {
        camera("whole");
        assertProblem(send("GET", "/api/cameras/whole/full.jpg", null), 501, "id");
        Frame next = Frame.newBuilder()
                .setCapturedAtMs(1_700_000_000_000L)
                .setJpeg(ByteString.copyFrom(Scene.jpeg(3)))
                .build();
        role.takePicturesFrom((camera, within) -> camera.equals("whole")
                ? CompletableFuture.completedStage(next)
                : CompletableFuture.failedStage(new TimeoutException()));
        HttpResponse<byte[]> picture = snapshot("whole/full.jpg");
        assertThat(picture.statusCode()).isEqualTo(200);
        assertThat(picture.body()).isEqualTo(Scene.jpeg(3));
        assertThat(picture.headers().firstValue("X-Captured-At-Ms")).contains("1700000000000");
        camera("dark");
        assertProblem(send("GET", "/api/cameras/dark/full.jpg", null), 503, "picture");
        assertProblem(send("GET", "/api/cameras/none/full.jpg", null), 404, "id");
    }
}
