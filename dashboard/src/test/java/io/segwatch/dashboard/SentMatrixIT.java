package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each kind of message and event, to each role, about an own and a foreign camera. */
class SentMatrixIT extends GuardedCameras {
    private final List<Scene> scenes = List.of(new Scene("mine", 5, producer), new Scene("theirs", 5, producer));

    /** Makes each kind of message be sent, of both cameras. */
    private void happen() throws Exception {
        for (Scene scene : scenes) {
            scene.sendFrame();
        }
        for (String camera : List.of("mine", "theirs")) {
            tell(camera);
            for (String change : List.of("cameras", "queries", "rules")) {
                String id =
                        Map.of("cameras", "", "queries", "q-", "rules", "r-").get(change) + camera;
                JsonObject now = admin.json("/api/" + change + "/" + id);
                now.remove("etag");
                assertThat(admin.send("PUT", "/api/" + change + "/" + id, now.encode())
                                .statusCode())
                        .isEqualTo(200);
            }
        }
        for (String camera : List.of("mine", "theirs")) {
            assertThat(admin.send("PUT", "/api/mutes/rule/r-" + camera, "{}").statusCode())
                    .isEqualTo(200);
            String alerts = "{\"alerts\":[\"alert-" + camera + "\"]}";
            assertThat(admin.send("POST", "/api/alert-reviews", alerts).statusCode())
                    .isEqualTo(200);
        }
        assertThat(admin.send("PUT", "/api/webhooks/hook", "{\"url\":\"https://example.com/x\"}")
                        .statusCode())
                .isEqualTo(200);
        sendFact(Topic.WORKER_STATUS, "worker", worker());
    }

    private static Set<String> kinds(String path) {
        return RoleMatrixIT.document()
                .getJsonObject("paths")
                .getJsonObject(path)
                .getJsonObject("get")
                .getJsonObject("x-sends")
                .fieldNames();
    }

    @Test
    void aPageIsSentEachKindThatItsVisitorMaySeeAndNothingOfOtherCameras() throws Exception {
        try (Page own = new Page(viewer, "mine");
                Page operating = new Page(operator, "mine");
                Page foreign = new Page(admin, "theirs")) {
            Set<String> all = kinds("/api/live");
            Set<String> without = new TreeSet<>(all);
            without.remove("changed:webhooks");
            await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
                happen();
                assertThat(own.kinds).containsExactlyInAnyOrderElementsOf(without);
                assertThat(operating.kinds).containsExactlyInAnyOrderElementsOf(without);
                assertThat(foreign.kinds).containsExactlyInAnyOrderElementsOf(all);
            });
            for (Page page : List.of(own, operating)) {
                assertThat(page.received)
                        .allSatisfy(message -> assertThat(message).doesNotContain("theirs"));
                assertThat(String.join("", page.received)).contains("mine");
            }
            assertThat(String.join("", foreign.received)).contains("alert-mine", "alert-theirs");
        }
    }

    @Test
    void whatIsNoLongerForOnesCamerasIsGoneFromThePage() throws Exception {
        created(admin, "/api/rules", rule("moved", "mine"));
        try (Page own = new Page(viewer, "mine")) {
            JsonObject moved = rule("moved", "theirs");
            assertThat(admin.send("PUT", "/api/rules/moved", moved.encode()).statusCode())
                    .isEqualTo(200);
            await().untilAsserted(() -> assertThat(own.received)
                    .anySatisfy(message -> assertThat(message).contains("\"value\":null", "\"moved\"")));
            own.received.clear();
            assertThat(admin.send("DELETE", "/api/rules/moved", null).statusCode())
                    .isEqualTo(204);
            assertThat(admin.send(
                                    "PUT",
                                    "/api/queries/q-mine",
                                    query("q-mine", "mine").encode())
                            .statusCode())
                    .isEqualTo(200);
            await().untilAsserted(
                            () -> assertThat(String.join("", own.received)).contains("q-mine"));
            assertThat(String.join("", own.received)).doesNotContain("moved").doesNotContain("theirs");
        }
    }

    @Test
    void aProgramIsSentEachKindOfEventOfItsCamerasAndNothingOfOthers() throws Exception {
        Map<String, List<String>> seen = new ConcurrentHashMap<>();
        String areas = "/api/events?areas=true&windowMs=1000&lastEventId=nonsense";
        String observations = "/api/events?camera=mine&observations=true&alerts=false";
        try (InputStream first = open(viewer, areas);
                InputStream second = open(viewer, observations);
                InputStream all = open(admin, areas)) {
            List<String> own = collect(first);
            List<String> observed = collect(second);
            List<String> foreign = collect(all);
            await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
                happen();
                Set<String> kinds = new TreeSet<>(List.of("dropped"));
                List.of(own, observed)
                        .forEach(lines -> lines.stream()
                                .filter(line -> line.startsWith("event: "))
                                .forEach(line -> kinds.add(line.substring(7))));
                assertThat(kinds).containsExactlyInAnyOrderElementsOf(kinds("/api/events"));
                assertThat(String.join("", foreign)).contains("alert-theirs", "q-theirs");
            });
            seen.put("own", own);
            seen.put("observed", observed);
            assertThat(new TreeMap<>(seen))
                    .allSatisfy((name, lines) ->
                            assertThat(String.join("", lines)).contains("mine").doesNotContain("theirs"));
        }
    }

    @Test
    void pagesAndStreamsEndWhenTheirAccountIsDisabledOrGetsOtherRights() throws Exception {
        created(admin, "/api/users", new JsonObject("{\"cameras\":[\"mine\"]}").put("name", "leaver"));
        for (String change : List.of("{\"cameras\":[]}", "{\"disabled\":true}")) {
            Caller leaver = Caller.loggedIn(role, "leaver", PASSWORD);
            try (Page page = new Page(leaver, "mine");
                    InputStream stream = open(leaver, "/api/events")) {
                List<String> lines = collect(stream);
                assertThat(admin.send("PUT", "/api/users/leaver", change).statusCode())
                        .isEqualTo(200);
                assertThat(page.closed.get(30, TimeUnit.SECONDS)).isEqualTo(1008);
                await().untilAsserted(() -> assertThat(String.join("", lines)).contains("log-in is over"));
            }
        }
    }

    private static InputStream open(Caller caller, String path) throws Exception {
        var answer = http.send(caller.request("GET", path, null), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    /** The lines of a stream, as they come. */
    private static List<String> collect(InputStream stream) {
        List<String> lines = java.util.Collections.synchronizedList(new ArrayList<>());
        Thread reader = new Thread(() -> {
            try (var text = new java.io.BufferedReader(new java.io.InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = text.readLine(); line != null; line = text.readLine()) {
                    lines.add(line);
                }
            } catch (java.io.IOException e) {
                // The test has closed it.
            }
        });
        reader.setDaemon(true);
        reader.start();
        return lines;
    }

    /** A page's WebSocket. */
    private static final class Page implements WebSocket.Listener, AutoCloseable {
        final Set<String> kinds = ConcurrentHashMap.newKeySet();
        final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private final WebSocket socket;

        Page(Caller caller, String camera) throws Exception {
            socket = http.newWebSocketBuilder()
                    .header(caller.header(), caller.value())
                    .buildAsync(URI.create("ws://127.0.0.1:" + role.port() + "/api/live?camera=" + camera), this)
                    .get(10, TimeUnit.SECONDS);
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonObject message = new JsonObject(text.toString());
                String type = message.getString("type");
                kinds.add(type.equals("changed") ? "changed:" + message.getString("kind") : type);
                received.add(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            kinds.add("picture");
            received.add(StandardCharsets.ISO_8859_1.decode(data).toString());
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
