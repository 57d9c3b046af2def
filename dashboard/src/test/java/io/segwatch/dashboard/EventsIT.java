package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class EventsIT extends RunningDashboard {
    @Test
    void alertsAreStreamedToPrograms() throws Exception {
        camera("streamed");
        try (Events events = Events.open("/api/events?camera=streamed&rule=r", null)) {
            assertThat(events.response.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/event-stream");
            assertThat(events.response.headers().map())
                    .as("headers that keep proxies from holding events back")
                    .containsEntry("X-Accel-Buffering", List.of("no"))
                    .containsEntry("Cache-Control", List.of("no-store, no-transform"))
                    .doesNotContainKey("Content-Encoding");
            sendFact(Topic.ALERTS, "other", alert("s-0", "other", "r"));
            sendFact(Topic.ALERTS, "streamed", alert("s-1", "streamed", "another"));
            sendFact(Topic.ALERTS, "streamed", alert("s-2", "streamed", "r"));
            await().untilAsserted(() -> assertThat(events.lines).contains("event: alert"));
            await().untilAsserted(() -> assertThat(events.data()).anyMatch(line -> line.contains("s-2")));
            assertThat(events.data()).noneMatch(line -> line.contains("s-0") || line.contains("s-1"));
        }
    }

    @Test
    void aProgramThatWasAwayGoesOnWhereItWas() throws Exception {
        camera("resumed");
        String known;
        try (Events events = Events.open("/api/events?camera=resumed", null)) {
            sendFact(Topic.ALERTS, "resumed", alert("r-1", "resumed", "r"));
            await().untilAsserted(() -> assertThat(events.data()).hasSize(1));
            known = events.lastId();
        }
        for (int i = 2; i <= 5; i++) {
            sendFact(Topic.ALERTS, "resumed", alert("r-" + i, "resumed", "r"));
        }
        await().untilAsserted(() -> assertThat(
                        send("GET", "/api/alerts?camera=resumed", null).body())
                .contains("r-5"));
        try (Events events = Events.open("/api/events?camera=resumed", known)) {
            sendFact(Topic.ALERTS, "resumed", alert("r-6", "resumed", "r"));
            await().untilAsserted(() -> assertThat(events.data()).hasSize(5));
            assertThat(events.data()).extracting(EventsIT::alertId).containsExactly("r-2", "r-3", "r-4", "r-5", "r-6");
            assertThat(events.lines).doesNotContain("event: gap");
        }
        try (Events events = Events.open("/api/events?camera=resumed", "no-place")) {
            await().untilAsserted(() -> assertThat(events.lines).contains("event: gap"));
        }
    }

    @Test
    void aProgramThatHasSeenNoAlertYetMissesNoneEither() throws Exception {
        camera("fresh");
        String known;
        try (Events events = Events.open("/api/events?camera=fresh", null)) {
            await().untilAsserted(() -> assertThat(events.lastId()).isNotEmpty());
            known = events.lastId();
        }
        sendFact(Topic.ALERTS, "fresh", alert("f-1", "fresh", "r"));
        try (Events events = Events.open("/api/events?camera=fresh", known)) {
            await().untilAsserted(() -> assertThat(events.data()).hasSize(1));
        }
    }

    @Test
    void areasAndObservationsAreStreamedWhenAskedFor() throws Exception {
        camera("followed");
        Observation observation = Observation.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera("followed").setEpoch(1))
                .addQueries(QueryMask.newBuilder()
                        .setQuery("car")
                        .setShare(0.25)
                        .setMask(Mask.newBuilder().setWidth(2).setHeight(2).setCounts("secret-mask")))
                .build();
        try (Events bare = Events.open("/api/events?camera=followed&observations=true&alerts=false", null);
                Events whole = Events.open(
                        "/api/events?camera=followed&observations=true&masks=true&areas=true&windowMs=10000", null)) {
            sendFact(Topic.OBSERVATIONS, "followed", observation);
            for (long windowMs : new long[] {1_000, 10_000}) {
                sendFact(
                        Topic.AREAS,
                        "followed",
                        Area.newBuilder()
                                .setCamera("followed")
                                .setWindowMs(windowMs)
                                .build());
            }
            sendFact(Topic.ALERTS, "followed", alert("m-1", "followed", "r"));
            await().untilAsserted(() -> assertThat(whole.data()).hasSize(3));
            assertThat(whole.lines).contains("event: area", "event: observation", "event: alert");
            assertThat(whole.data()).anyMatch(line -> line.contains("secret-mask"));
            assertThat(whole.data()).anyMatch(line -> line.contains("\"windowMs\":\"10000\""));
            await().untilAsserted(() -> assertThat(bare.data()).hasSize(1));
            assertThat(bare.data().get(0)).contains("0.25").doesNotContain("secret-mask");
        }
        assertProblem(send("GET", "/api/events?observations=true", null), 400, "camera");
        assertProblem(send("GET", "/api/events?areas=yes", null), 400, "areas");
        assertProblem(send("GET", "/api/events?areas=true&windowMs=5", null), 400, "windowMs");
        assertProblem(send("GET", "/api/events?camera=none", null), 404, "id");
    }

    @Test
    void aProgramThatReadsTooSlowlyIsToldSoAndCanGoOn() throws Exception {
        camera("flooded");
        String reason = "x".repeat(100_000);
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4_096);
            slow.connect(new InetSocketAddress("127.0.0.1", role.port()));
            slow.getOutputStream()
                    .write("GET /api/events?camera=flooded HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            await().until(() -> slow.getInputStream().available() > 0);
            double before = metric("segwatch_dashboard_event_streams_dropped_total");
            int[] sent = {0};
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                for (int i = 0; i < 20; i++) {
                    Alert alert = alert("flood-" + sent[0]++, "flooded", "r");
                    Kafka.sender(Topic.ALERTS, producer, "test")
                            .send("flooded", alert.toBuilder().setReason(reason).build());
                }
                producer.flush();
                return metric("segwatch_dashboard_event_streams_dropped_total") > before;
            });
            String all = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).contains("event: dropped").contains("Last-Event-ID");
            assertThat(all.indexOf("flood-0")).isPositive();
        }
    }

    private static Alert alert(String id, String camera, String rule) {
        return Alert.newBuilder()
                .setId(id)
                .setCamera(camera)
                .setRule(rule)
                .setState(Alert.State.OPEN)
                .build();
    }

    private static String alertId(String data) {
        return new JsonObject(data.substring("data: ".length())).getString("id");
    }

    /** A program that reads an event stream. */
    private record Events(HttpResponse<InputStream> response, BlockingQueue<String> lines) implements AutoCloseable {
        static Events open(String path, String lastEventId) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(role, path));
            if (lastEventId != null) {
                request.header("Last-Event-ID", lastEventId);
            }
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            Events events = new Events(response, new LinkedBlockingQueue<>());
            Thread reader = new Thread(events::read);
            reader.setDaemon(true);
            reader.start();
            return events;
        }

        private void read() {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                // Closed.
            }
        }

        List<String> data() {
            return lines.stream()
                    .filter(line -> line.startsWith("data: {\"id\"")
                            || line.startsWith("data: {\"frame")
                            || line.startsWith("data: {\"camera"))
                    .toList();
        }

        /** What a browser would send back. */
        String lastId() {
            return lines.stream()
                    .filter(line -> line.startsWith("id: "))
                    .reduce("", (older, newer) -> newer.substring(4));
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }
}
