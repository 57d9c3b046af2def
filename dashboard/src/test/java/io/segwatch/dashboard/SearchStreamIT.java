package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Rle;
import io.segwatch.contracts.Topic;
import io.segwatch.secrets.Credentials;
import io.segwatch.secrets.Secrets;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Thumbnail;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the engine tells, as a stream of lines; small pictures of kept frames. */
class SearchStreamIT extends GuardedCameras {
    private static final long AT = System.currentTimeMillis();

    @BeforeAll
    static void keep() throws Exception {
        created(admin, "/api/cameras", camera("shy", "shy").put("hiddenQueries", new JsonArray().add("q-mine")));
        for (String camera : List.of("mine", "theirs", "shy")) {
            for (long sequence = 1; sequence <= 2; sequence++) {
                sendFact(
                        Topic.THUMBNAILS,
                        camera,
                        Thumbnail.newBuilder()
                                .setFrame(frame(camera, sequence))
                                .setCapturedAtMs(AT)
                                .setJpeg(ByteString.copyFrom(Scene.jpeg((int) sequence)))
                                .build());
            }
        }
        byte[] nothing = new byte[16];
        sendFact(
                Topic.OBSERVATIONS,
                "shy",
                Observation.newBuilder()
                        .setFrame(frame("shy", 1))
                        .setCapturedAtMs(AT)
                        .addQueries(QueryMask.newBuilder().setQuery("q-mine").setMask(Rle.encode(nothing, 4, 4)))
                        .build());
    }

    private static FrameId frame(String camera, long sequence) {
        return FrameId.newBuilder()
                .setCamera(camera)
                .setEpoch(7)
                .setSequence(sequence)
                .build();
    }

    private static String asking(String words, String... cameras) {
        return new JsonObject()
                .put("query", new JsonObject().put("text", words))
                .put("cameras", new JsonArray(List.of(cameras)))
                .put("fromMs", AT - 1_000)
                .put("toMs", AT + 1_000)
                .encode();
    }

    private static List<JsonObject> lines(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/x-ndjson");
        return answer.body().lines().map(JsonObject::new).toList();
    }

    @Test
    void anAnswerIsOneEventALineFromTheStartToTheEnd() throws Exception {
        List<JsonObject> lines = lines(admin.send("POST", "/api/search", asking("van", "mine", "theirs")));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0).containsKey("start")).isTrue();
        assertThat(lines.get(1).getJsonObject("moment").getString("camera")).isEqualTo("mine");
        assertThat(lines.get(3).getJsonObject("end").getString("moments")).isEqualTo("2");
    }

    @Test
    void theEngineGetsReadyForWhoMayComeToSearch() throws Exception {
        long before = SEARCHES.prepared.get();
        assertThat(viewer.send("POST", "/api/search/prepare", null).statusCode())
                .isEqualTo(202);
        assertThat(SEARCHES.prepared.get()).isEqualTo(before + 1);
    }

    @Test
    void nobodyFindsAnythingOfACameraThatTheyMayNotSee() throws Exception {
        assertProblem(viewer.send("POST", "/api/search", asking("van", "mine", "theirs")), 400, "cameras[1]");
        List<JsonObject> all = lines(viewer.send("POST", "/api/search", asking("van")));
        assertThat(all).hasSize(3);
        assertThat(all.get(1).getJsonObject("moment").getString("camera")).isEqualTo("mine");
        JsonObject like = new JsonObject(asking("van", "mine"));
        like.remove("query");
        like.put("like", new JsonObject().put("camera", "theirs").put("at", new JsonObject().put("x", 0.5)));
        assertProblem(viewer.send("POST", "/api/search", like.encode()), 400, "like.camera");
        assertProblem(viewer.get("/api/cameras/theirs/thumbnails/7/1?atMs=" + AT), 404, "id");
    }

    @Test
    void whatIsWrongIsAProblemBeforeTheStreamAndItsLastLineLater() throws Exception {
        assertProblem(admin.send("POST", "/api/search", asking(SearchScript.UNKNOWN, "mine")), 400, "query.text");
        assertProblem(admin.send("POST", "/api/search", asking("van", "nowhere")), 400, "cameras[0]");
        List<JsonObject> broken = lines(admin.send("POST", "/api/search", asking(SearchScript.BROKEN, "mine")));
        assertThat(broken.get(broken.size() - 1).getJsonObject("failure").getString("detail"))
                .isNotBlank();
    }

    @Test
    void whoLeavesCancelsAndWhoReadsSlowlyIsWaitedFor() throws Exception {
        long before = SEARCHES.ended.get();
        HttpResponse<InputStream> answer = http.send(
                admin.request("POST", "/api/search", asking(SearchScript.ENDLESS, "mine")),
                BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        // Nobody reads on: the engine is told to wait, and tells no more.
        AtomicLong last = new AtomicLong();
        await().during(Duration.ofMillis(500)).until(() -> {
            long told = SEARCHES.told.get();
            return told > 0 && told == last.getAndSet(told);
        });
        answer.body().close();
        await().until(() -> SEARCHES.ended.get() == before + 1);
    }

    @Test
    void whereThereIsNoModelItIsSaidWhatToSet() throws Exception {
        try (DashboardRole alone = DashboardRole.start(
                kafka,
                config(),
                Optional.empty(),
                new Credentials(folder.resolve("blind")),
                new Secrets(folder.resolve("blind-secrets")),
                countsFrames,
                Optional.empty(),
                Optional.empty(),
                Optional.empty())) {
            HttpResponse<String> refused =
                    Caller.loggedIn(alone, "boss", PASSWORD).send("POST", "/api/search", asking("van", "mine"));
            assertProblem(refused, 501, "search");
            assertThat(refused.body()).contains("segwatch.inference.model");
        }
    }

    @Test
    void theHeatOfAFrameIsAnsweredOrSaidToBeGone() throws Exception {
        JsonObject asked = new JsonObject()
                .put("query", new JsonObject().put("text", "van"))
                .put("camera", "mine")
                .put("epoch", "7")
                .put("sequence", "1")
                .put("capturedAtMs", Long.toString(AT));
        JsonObject heat = json(admin.send("POST", "/api/search/heat", asked.encode()));
        assertThat(heat.getInteger("columns")).isEqualTo(2);
        assertThat(heat.getJsonArray("probabilities").getDouble(1)).isEqualTo(-1);
        assertProblem(
                admin.send("POST", "/api/search/heat", asked.put("sequence", 2).encode()), 404, "frame");
        assertProblem(
                admin.send(
                        "POST",
                        "/api/search/heat",
                        asked.put("camera", "nowhere").encode()),
                400,
                "camera");
    }

    @Test
    void aSmallPictureIsGivenAndHiddenWhereItIsNotKnownWhatItShows() throws Exception {
        HttpResponse<String> given = viewer.get("/api/cameras/mine/thumbnails/7/1?atMs=" + AT);
        assertThat(given.statusCode()).isEqualTo(200);
        assertThat(given.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertProblem(viewer.get("/api/cameras/mine/thumbnails/7/9?atMs=" + AT), 404, "frame");
        // Of the second frame there is no observation: it is a few blocks of one colour, and much smaller.
        int shown =
                admin.get("/api/cameras/shy/thumbnails/7/1?atMs=" + AT).body().length();
        int hidden =
                admin.get("/api/cameras/shy/thumbnails/7/2?atMs=" + AT).body().length();
        assertThat(hidden).isLessThan(shown / 2);
    }

    @Test
    void aSearchIsALookThatIsNoted() throws Exception {
        try (DashboardRole noting = startOther(config("audit-looks", "true"))) {
            Caller.loggedIn(noting, "boss", PASSWORD).send("POST", "/api/search", asking("noted words", "mine"));
            await().untilAsserted(() -> assertThat(everythingIn(Topic.LOOKS)).contains("noted words"));
        }
    }
}
