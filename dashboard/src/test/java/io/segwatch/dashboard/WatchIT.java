package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.v1.FrameId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several cameras on one WebSocket, as a wall of cameras watches them. */
class WatchIT extends GuardedCameras {
    /** The library that scales is loaded with the first picture. */
    private static final Duration FIRST_PICTURES = Duration.ofSeconds(90);

    private static long epochs = 1_000;

    private static final String MINE = "{\"id\":\"mine\"}";
    private static final String THEIRS = "{\"id\":\"theirs\"}";

    @Test
    void severalCamerasComeOnOneSocketEachInTheSizeThatIsWanted() throws Exception {
        Scene mine = scene("mine");
        Scene theirs = scene("theirs");
        try (LivePage page = new LivePage(admin, "/api/live")) {
            page.watch("{\"id\":\"mine\",\"width\":150}", THEIRS);
            awaitPictures(page, mine, theirs);
            JsonObject picture = page.pictureOf(observed(mine));
            assertThat(picture.getInteger("jpegWidth")).isEqualTo(160);
            assertThat(picture.getInteger("width")).isEqualTo(Scene.WIDTH);
            assertThat(picture.getDouble("fps")).isEqualTo(10);
            JsonObject query = picture.getJsonArray("queries").getJsonObject(0);
            assertThat(query.getJsonObject("mask").getInteger("width")).isEqualTo(42);
            assertThat(query.getJsonObject("mask").getInteger("height")).isEqualTo(24);
            assertThat(page.pictureOf(observed(theirs)).getInteger("jpegWidth")).isEqualTo(Scene.WIDTH);
        }
    }

    @Test
    void aCameraThatIsNoLongerWatchedIsNotSent() throws Exception {
        Scene mine = scene("mine");
        Scene theirs = scene("theirs");
        try (LivePage page = new LivePage(admin, "/api/live")) {
            page.watch(MINE, THEIRS);
            awaitPictures(page, mine, theirs);
            page.watch("{\"id\":\"mine\",\"fps\":0,\"facts\":true}", THEIRS);
            await().atMost(Duration.ofSeconds(15)).until(() -> {
                tell("mine");
                return page.texts.stream()
                        .anyMatch(text -> text.getString("type").equals("area"));
            });
            page.pictures.clear();
            for (int i = 0; i < 5; i++) {
                observed(mine);
                observed(theirs);
                JsonObject next = page.pictures.poll(15, TimeUnit.SECONDS);
                assertThat(next.getString("camera")).isEqualTo("theirs");
            }
            assertThat(page.closed).isNotDone();
        }
    }

    @Test
    void aViewerOfOneCameraCannotWatchAnother() throws Exception {
        Scene theirs = scene("theirs");
        try (LivePage page = new LivePage(viewer, "/api/live");
                LivePage allowed = new LivePage(viewer, "/api/live");
                LivePage other = new LivePage(admin, "/api/live")) {
            other.watch(THEIRS);
            allowed.watch(MINE);
            awaitPictures(other, theirs);
            page.watch(MINE, THEIRS);
            assertThat(page.closed.get(15, TimeUnit.SECONDS))
                    .startsWith("1008 ")
                    .contains("theirs");
            other.pictureOf(observed(theirs));
            assertThat(page.pictures).isEmpty();
            awaitPictures(allowed, scene("mine"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"watch":[{"id":"mine","width":-1}]}           | 1008
            {"watch":[{"id":"mine","width":1e9}]}          | 1008
            {"watch":[{"id":"mine","width":"wide"}]}       | 1008
            {"watch":[{"id":"mine","fps":1e300}]}          | 1008
            {"watch":[{"id":"mine","facts":1}]}            | 1008
            {"watch":[{"id":"mine","what":1}]}             | 1008
            {"watch":[{"id":"mine"},{"id":"mine"}]}        | 1008
            {"watch":[{"id":""}]}                          | 1008
            {"watch":[{"id":7}]}                           | 1008
            {"watch":[{}]}                                 | 1008
            {"watch":["mine"]}                             | 1008
            {"watch":[null]}                               | 1008
            {"watch":{"id":"mine"}}                        | 1003
            {"watch":null}                                 | 1003
            {"shown":[]}                                   | 1003
            [1]                                            | 1003
            {                                              | 1003
            """)
    void whatIsNoWishClosesTheSocketWithAReason(String message, String code) throws Exception {
        try (LivePage page = new LivePage(admin, "/api/live?camera=mine")) {
            page.say(message);
            assertThat(page.closed.get(15, TimeUnit.SECONDS))
                    .matches(code + " \\w.*")
                    .hasSizeLessThan(128);
        }
    }

    @Test
    void tooManyCamerasOrChangesCloseTheSocket() throws Exception {
        String[] cameras = new String[37];
        for (int i = 0; i < cameras.length; i++) {
            cameras[i] = "{\"id\":\"none-" + i + "\"}";
        }
        try (LivePage many = new LivePage(admin, "/api/live");
                LivePage often = new LivePage(admin, "/api/live");
                LivePage long_ = new LivePage(admin, "/api/live")) {
            many.watch(cameras);
            assertThat(many.closed.get(15, TimeUnit.SECONDS)).contains("at most 36 cameras");
            long_.say("{\"watch\":[{\"id\":\"" + "x".repeat(9_000) + "\"}]}");
            assertThat(long_.closed.get(15, TimeUnit.SECONDS)).isNotEmpty();
            for (int i = 0; i < 40 && !often.closed.isDone(); i++) {
                often.sayWithoutWaiting("{\"watch\":[" + MINE + "]}");
            }
            assertThat(often.closed.get(15, TimeUnit.SECONDS)).contains("times a second");
        }
    }

    @Test
    void aSlowPageIsSentSmallerPicturesAndAQuickOneIsNot() throws Exception {
        Scene mine = scene("mine");
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        Executor late = task -> clock.schedule(task, 900, TimeUnit.MILLISECONDS);
        try (LivePage slow = new LivePage(admin, "/api/live?camera=mine");
                LivePage quick = new LivePage(admin, "/api/live?camera=mine")) {
            quick.acknowledges(Runnable::run);
            slow.acknowledges(late);
            Set<Integer> slowWidths = new TreeSet<>();
            Set<Integer> quickWidths = new TreeSet<>();
            await().atMost(FIRST_PICTURES).until(() -> {
                mine.sendFrame();
                slow.pictures.forEach(picture -> slowWidths.add(picture.getInteger("jpegWidth")));
                quick.pictures.forEach(picture -> quickWidths.add(picture.getInteger("jpegWidth")));
                return slowWidths.contains(480);
            });
            assertThat(slowWidths).contains(Scene.WIDTH);
            assertThat(quickWidths).containsOnly(Scene.WIDTH);
        } finally {
            clock.shutdownNow();
        }
    }

    /** Each newer than those before, as after a new connection to the camera. */
    private static Scene scene(String camera) {
        return new Scene(camera, ++epochs, producer);
    }

    /** The next frame, which was seen by a model. */
    private static FrameId observed(Scene scene) {
        FrameId frame = scene.sendFrame();
        scene.sendObservation(frame, "car");
        return frame;
    }

    /** Frames flow a moment after somebody has begun to look. */
    private static void awaitPictures(LivePage page, Scene... scenes) {
        Set<String> seen = new TreeSet<>();
        await().atMost(FIRST_PICTURES).until(() -> {
            for (Scene scene : scenes) {
                observed(scene);
            }
            page.pictures.forEach(picture -> seen.add(picture.getString("camera")));
            return seen.size() == scenes.length;
        });
    }
}
