package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.dashboard.access.AccessRule;
import io.segwatch.dashboard.access.AccessRule.CameraPlace;
import io.segwatch.dashboard.access.Principal.UserRole;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation of the API's document, called by nobody and by each role, about an own and a foreign camera. */
class RoleMatrixIT extends GuardedCameras {
    /** What an operation is called with; CAMERA and NEW stand for a camera and for a name that is not taken. */
    private record Call(String path, String body) {
        Call(String path) {
            this(path, null);
        }
    }

    private record Described(String id, String method, AccessRule rule) {
        @Override
        public String toString() {
            return id;
        }
    }

    private static final Map<String, Call> CALLS = new HashMap<>();
    private static final AtomicInteger news = new AtomicInteger();
    /** Whose answers hold what there is of each camera. */
    private static final Set<String> TELLS = Set.of(
            "list-cameras",
            "list-queries",
            "list-rules",
            "get-status",
            "list-query-statuses",
            "list-areas",
            "get-area-columns",
            "get-areas-csv",
            "list-alerts",
            "export-alerts",
            "list-mutes",
            "list-calibrations",
            "search");

    static {
        call("list-cameras", "/api/cameras");
        call("create-camera", "/api/cameras", "{\"id\":\"NEW\",\"url\":\"file:/new.mp4\"}");
        call("get-camera", "/api/cameras/CAMERA");
        call("replace-camera", "/api/cameras/CAMERA", "{\"url\":\"file:/CAMERA.mp4\",\"zones\":[]}");
        call("delete-camera", "/api/cameras/extra");
        call("list-queries", "/api/queries");
        call("create-query", "/api/queries", "{\"id\":\"NEW\",\"text\":\"NEW\",\"cameras\":[\"CAMERA\"]}");
        call("get-query", "/api/queries/q-CAMERA");
        call("replace-query", "/api/queries/q-CAMERA", "{\"text\":\"seen by CAMERA\",\"cameras\":[\"CAMERA\"]}");
        call("delete-query", "/api/queries/q-CAMERA");
        call("list-rules", "/api/rules");
        String rule = "{\"name\":\"NEW\",\"query\":\"q-CAMERA\",\"enter\":0.1,\"cameras\":[\"CAMERA\"]}";
        call("create-rule", "/api/rules", rule);
        call("get-rule", "/api/rules/r-CAMERA");
        call("replace-rule", "/api/rules/r-CAMERA", rule);
        call("delete-rule", "/api/rules/r-CAMERA");
        call("get-snapshot", "/api/cameras/CAMERA/snapshot.jpg");
        call("get-full-picture", "/api/cameras/CAMERA/full.jpg");
        call("get-frame", "/api/cameras/CAMERA/frames/1/1?atMs=1");
        call("get-thumbnail", "/api/cameras/CAMERA/thumbnails/1/1?atMs=1");
        call("search", "/api/search", "{\"query\":{\"text\":\"van\"},\"fromMs\":1,\"toMs\":2}");
        call("prepare-search", "/api/search/prepare");
        call(
                "search-heat",
                "/api/search/heat",
                "{\"query\":{\"text\":\"van\"},\"camera\":\"CAMERA\",\"epoch\":1,\"sequence\":1,\"capturedAtMs\":1}");
        call("get-frame-at", "/api/cameras/CAMERA/frames?atMs=1");
        call(
                "backtest-rule",
                "/api/rules/backtest",
                "{\"camera\":\"CAMERA\",\"fromMs\":1,\"toMs\":2,\"rule\":{\"query\":\"q-CAMERA\",\"enter\":0.1}}");
        call(
                "ask-prompt",
                "/api/prompts",
                "{\"id\":\"NEW\",\"camera\":\"CAMERA\",\"points\":[{\"at\":{\"x\":0.5,\"y\":0.5}}]}");
        call("get-prompt-answer", "/api/prompts/prompt-CAMERA");
        call("stop-prompt", "/api/prompts/prompt-CAMERA");
        call("get-status", "/api/status");
        call("get-system", "/api/system");
        call("test-camera", "/api/cameras/test", "{\"url\":\"file:/new.mp4\"}");
        call("list-query-statuses", "/api/query-status");
        call("list-areas", "/api/areas?camera=CAMERA");
        call("get-area-columns", "/api/areas/columns?camera=CAMERA");
        call("get-areas-csv", "/api/areas.csv?camera=CAMERA");
        call("get-area-week", "/api/areas/week?camera=CAMERA");
        call("get-heat-map", "/api/cameras/CAMERA/heatmap");
        call("list-alerts", "/api/alerts");
        call("get-alert", "/api/alerts/alert-CAMERA");
        call("export-alerts", "/api/alert-export");
        call("review-alerts", "/api/alert-reviews", "{\"alerts\":[\"alert-CAMERA\"],\"acknowledged\":true}");
        call("list-mutes", "/api/mutes");
        call("mute", "/api/mutes/rule/r-CAMERA", "{\"minutes\":60}");
        call("end-mute", "/api/mutes/rule/r-CAMERA");
        call("get-push", "/api/push");
        call(
                "subscribe-push",
                "/api/push-subscriptions",
                "{\"endpoint\":\"https://push.example.com/NEW\",\"auth\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"p256dh\":"
                        + "\"BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\"}");
        call("end-push", "/api/push-subscriptions/0123");
        call("test-push", "/api/push-subscriptions/0123/test");
        call("get-evidence", "/api/alerts/alert-CAMERA/evidence.jpg");
        call("get-clip", "/api/alerts/alert-CAMERA/clip");
        call("open-live", "/api/live?camera=CAMERA");
        call("open-events", "/api/events?camera=CAMERA");
        call("list-webhooks", "/api/webhooks");
        call("create-webhook", "/api/webhooks", "{\"id\":\"NEW\",\"url\":\"https://example.com/NEW\"}");
        call("get-webhook", "/api/webhooks/hook");
        call("replace-webhook", "/api/webhooks/hook", "{\"url\":\"https://example.com/x\"}");
        call("delete-webhook", "/api/webhooks/hook");
        call("replay-webhook", "/api/webhooks/hook/replay", "{\"fromMs\":1,\"toMs\":2}");
        call("test-webhook", "/api/webhooks/hook/test", "{}");
        call("list-webhook-statuses", "/api/webhook-status");
        call("list-calibrations", "/api/calibration");
        call("accept-baseline", "/api/calibration/baseline", "{\"camera\":\"CAMERA\",\"query\":\"q-CAMERA\"}");
        call("list-audit", "/api/audit");
        call("get-storage", "/api/storage");
        call("get-model-rollout", "/api/model-rollout");
        call("set-model-rollout", "/api/model-rollout", "{\"state\":\"ROLLED_BACK\"}");
        call("note-export", "/api/exports");
        call("list-erasures", "/api/erasures");
        call("erase-camera", "/api/erasures", "{\"camera\":\"erased\"}");
        call("get-erasure", "/api/erasures/erased");
        call("get-document", "/api/openapi.json");
        call("create-login", "/api/login", "{\"name\":\"extra\",\"password\":\"" + PASSWORD + "\"}");
        call("delete-login", "/api/login");
        call("get-me", "/api/me");
        call("change-password", "/api/me/password", "{\"oldPassword\":\"x\",\"password\":\"short\"}");
        call("list-users", "/api/users");
        call("create-user", "/api/users", "{\"name\":\"NEW\",\"password\":\"" + PASSWORD + "\"}");
        call("get-user", "/api/users/extra");
        call("replace-user", "/api/users/extra", "{\"disabled\":false}");
        call("delete-user", "/api/users/extra");
        call("list-sessions", "/api/sessions");
        call("end-session", "/api/sessions/0123");
        call("list-tokens", "/api/tokens");
        call("create-token", "/api/tokens", "{\"name\":\"NEW\"}");
        call("revoke-token", "/api/tokens/0123");
    }

    private static void call(String operation, String path, String... body) {
        CALLS.put(operation, body.length == 0 ? new Call(path) : new Call(path, body[0]));
    }

    private static List<Described> operations() {
        List<Described> all = new ArrayList<>();
        JsonObject paths = document().getJsonObject("paths");
        paths.forEach(path -> ((JsonObject) path.getValue()).forEach(method -> {
            if (method.getValue() instanceof JsonObject operation) {
                String id = operation.getString("operationId");
                all.add(new Described(
                        id, method.getKey().toUpperCase(java.util.Locale.ROOT), AccessRule.of(id, operation)));
            }
        }));
        return all;
    }

    static JsonObject document() {
        try (InputStream in = RoleMatrixIT.class.getResourceAsStream("/openapi.json")) {
            return new JsonObject(io.vertx.core.buffer.Buffer.buffer(in.readAllBytes()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void everythingIsKnown() {
        await().untilAsserted(() -> {
            assertThat(admin.get("/api/alerts").body()).contains("alert-mine", "alert-theirs");
            assertThat(admin.get("/api/calibration").body()).contains("q-mine", "q-theirs");
            assertThat(admin.get("/api/areas?camera=theirs").body()).contains("q-theirs");
            assertThat(admin.get("/api/status").body()).contains("well mine", "well theirs", "about theirs");
        });
    }

    @ParameterizedTest
    @MethodSource("operations")
    void isUsedByWhoMayAndRefusedToOthers(Described operation) throws Exception {
        assertThat(CALLS).as("a call of each operation, to try who may use it").containsKey(operation.id());
        assertCell(operation, null, Caller.nobody(role));
        assertCell(operation, UserRole.VIEWER, viewer);
        assertCell(operation, UserRole.OPERATOR, operator);
        assertCell(operation, UserRole.ADMIN, admin);
    }

    private static void assertCell(Described operation, UserRole asked, Caller caller) throws Exception {
        HttpResponse<String> own = send(operation, caller, "mine");
        if (operation.rule().role().isEmpty()) {
            assertThat(own.statusCode()).as(operation + " " + own.body()).isEqualTo(201);
            return;
        }
        boolean may = asked != null && asked.compareTo(operation.rule().role().get()) >= 0;
        HttpResponse<String> foreign = send(operation, caller, "theirs");
        if (!may) {
            assertProblem(own, asked == null ? 401 : 403, asked == null ? "Authorization" : "role");
            assertProblem(foreign, asked == null ? 401 : 403, asked == null ? "Authorization" : "role");
            return;
        }
        assertAllowed(operation, own);
        if (asked == UserRole.ADMIN) {
            assertAllowed(operation, foreign);
        } else {
            assertAsIfNotThere(operation, caller, foreign);
            assertThat(own.body()).as(operation + " " + asked).doesNotContain("theirs");
        }
        if (TELLS.contains(operation.id())) {
            assertThat(own.body()).as(operation + " " + asked).contains("mine");
        }
    }

    private static void assertAllowed(Described operation, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(operation + " " + answer.body()).isNotIn(401, 403, 500);
        if (answer.statusCode() == 404) {
            String field = json(answer).getJsonArray("errors").getJsonObject(0).getString("field");
            boolean namesNothing = CALLS.get(operation.id()).path().contains("0123");
            assertThat(namesNothing || Set.of("frame", "evidence", "clip").contains(field))
                    .as(operation + " " + answer.body())
                    .isTrue();
        }
        if (answer.statusCode() == 400) {
            assertThat(operation.id()).as(answer.body()).isEqualTo("change-password");
        }
    }

    /** Not a word of it, and the very answer that a camera of another name gets that is not there at all. */
    private static void assertAsIfNotThere(Described operation, Caller caller, HttpResponse<String> foreign)
            throws Exception {
        CameraPlace place = operation.rule().camera();
        if (place == CameraPlace.NONE || place == CameraPlace.FILTERED) {
            assertThat(foreign.body()).as(operation.id()).doesNotContain("theirs");
            return;
        }
        HttpResponse<String> missing = send(operation, caller, "nobodys");
        assertThat(foreign.statusCode()).as(operation + " " + foreign.body()).isIn(400, 404);
        assertThat(foreign.statusCode()).as(operation + " " + foreign.body()).isEqualTo(missing.statusCode());
        assertThat(foreign.body().replace("theirs", "nobodys")).isEqualTo(missing.body());
    }

    private static HttpResponse<String> send(Described operation, Caller caller, String camera) throws Exception {
        Call call = CALLS.get(operation.id());
        Caller by = caller;
        if (operation.id().equals("delete-login") && !caller.header().isEmpty()) {
            // It ends what it comes with.
            String name = caller.equals(admin) ? "boss" : caller.equals(viewer) ? "viewer" : "operator";
            by = Caller.loggedIn(role, name, PASSWORD);
        }
        restore(operation.id());
        String fresh = "new-" + news.incrementAndGet();
        String body = call.body() == null
                ? null
                : call.body().replace("CAMERA", camera).replace("NEW", fresh);
        var request = by.request(operation.method(), call.path().replace("CAMERA", camera), body);
        if (operation.id().equals("open-events")) {
            HttpResponse<InputStream> stream = http.send(request, BodyHandlers.ofInputStream());
            if (stream.statusCode() == 200) {
                stream.body().close();
                return new Opened(stream);
            }
        }
        return http.send(request, BodyHandlers.ofString());
    }

    /** Defines again what the operation before has deleted. */
    private static void restore(String operation) throws Exception {
        if (operation.endsWith("-prompt") || operation.equals("get-prompt-answer")) {
            for (String camera : List.of("mine", "theirs")) {
                created(
                        admin,
                        "/api/prompts",
                        new JsonObject()
                                .put("id", "prompt-" + camera)
                                .put("camera", camera)
                                .put("points", new JsonArray("[{\"at\":{\"x\":0.5,\"y\":0.5}}]")));
            }
            if (operation.equals("get-prompt-answer")) {
                tell("mine");
                tell("theirs");
            }
        }
        for (String camera : List.of("mine", "theirs")) {
            if (operation.equals("delete-query") || operation.equals("replace-query")) {
                again("/api/queries", query("q-" + camera, camera));
            }
            if (operation.endsWith("-rule") || operation.contains("mute")) {
                again("/api/queries", query("q-" + camera, camera));
                again("/api/rules", rule("r-" + camera, camera));
                admin.send("PUT", "/api/mutes/rule/r-" + camera, "{\"minutes\":5}");
            }
        }
        if (operation.equals("get-erasure")) {
            created(admin, "/api/erasures", new JsonObject().put("camera", "erased"));
        }
        if (operation.equals("delete-camera")) {
            again("/api/cameras", camera("extra", "extra"));
        }
        if (operation.endsWith("-webhook")) {
            again("/api/webhooks", new JsonObject("{\"id\":\"hook\",\"url\":\"https://example.com/x\"}"));
        }
        if (operation.endsWith("-user") || operation.equals("create-login")) {
            again("/api/users", new JsonObject().put("name", "extra").put("role", "VIEWER"));
        }
    }

    private static void again(String path, JsonObject body) throws Exception {
        String id = path.equals("/api/users") ? body.getString("name") : body.getString("id");
        if (admin.get(path + "/" + id).statusCode() == 404) {
            created(admin, path, body);
        }
    }

    @Test
    void everyOperationIsTriedAndNoOther() {
        assertThat(CALLS.keySet())
                .containsExactlyInAnyOrderElementsOf(Stream.of(operations())
                        .flatMap(List::stream)
                        .map(Described::id)
                        .toList());
    }

    /** What an event stream answers with; what comes in it is another test's matter. */
    private record Opened(HttpResponse<InputStream> stream) implements HttpResponse<String> {
        @Override
        public int statusCode() {
            return stream.statusCode();
        }

        @Override
        public java.net.http.HttpRequest request() {
            return stream.request();
        }

        @Override
        public java.util.Optional<HttpResponse<String>> previousResponse() {
            return java.util.Optional.empty();
        }

        @Override
        public java.net.http.HttpHeaders headers() {
            return stream.headers();
        }

        @Override
        public String body() {
            return "";
        }

        @Override
        public java.util.Optional<javax.net.ssl.SSLSession> sslSession() {
            return java.util.Optional.empty();
        }

        @Override
        public java.net.URI uri() {
            return stream.uri();
        }

        @Override
        public java.net.http.HttpClient.Version version() {
            return stream.version();
        }
    }
}
