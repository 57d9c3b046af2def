package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Places are scarce, and nobody holds one for nothing. */
class SeatsIT extends RunningDashboard {
    private static final String UPGRADE = "GET /api/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String EVENTS = "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String FROM_THE_PAGE = "\r\nSec-Fetch-Site: same-origin\r\n\r\n";

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void aPageThatNoLongerAnswersGivesItsSeatToTheNext() throws Exception {
        try (DashboardRole other = startOther(config("max-viewers", "1"))) {
            assertThat(open(other, UPGRADE)).isEqualTo("HTTP/1.1 101");
            assertThat(open(other, UPGRADE)).isEqualTo("HTTP/1.1 503");
            await().atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(open(other, UPGRADE)).isEqualTo("HTTP/1.1 101"));
        }
    }

    @Test
    void anEventStreamThatNobodyReadsGivesItsSeatBackWhenItsTimeIsUp() throws Exception {
        try (DashboardRole other = startOther(config("max-viewers", "1", "stream-lease", "1s"))) {
            assertThat(open(other, EVENTS)).isEqualTo("HTTP/1.1 200");
            await().untilAsserted(() -> assertThat(open(other, EVENTS)).isEqualTo("HTTP/1.1 200"));
            HttpResponse<String> whole = awaitStream(other);
            assertThat(whole.body())
                    .contains("retry: ", "id: ", "Connect again")
                    .endsWith("\n\n");
        }
    }

    private static HttpResponse<String> awaitStream(DashboardRole other) {
        return await().until(() -> send(other, "GET", "/api/events", null), stream -> stream.statusCode() == 200);
    }

    @Test
    void oneAddressHasItsPartAndProgramsLeaveSomeSeatsToPeople() throws Exception {
        DashboardConfig config = config("max-viewers", "16", "max-viewers-per-address", "14");
        try (DashboardRole other = startOther(config)) {
            for (int i = 0; i < 14; i++) {
                assertThat(open(other, EVENTS)).isEqualTo("HTTP/1.1 200");
            }
            assertProblem(send(other, "GET", "/api/events", null), 429, "viewers");
            String person = EVENTS.strip() + FROM_THE_PAGE;
            assertThat(open(other, person)).isEqualTo("HTTP/1.1 200");
            assertThat(open(other, person)).isEqualTo("HTTP/1.1 200");
            assertThat(open(other, person)).isEqualTo("HTTP/1.1 503");
            String asked = "POST /api/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0" + FROM_THE_PAGE;
            assertThat(open(other, asked))
                    .as("what the page asks when its WebSocket is refused")
                    .isEqualTo("HTTP/1.1 503");
        }
    }

    @Test
    void connectionsThatAskNothingKeepNobodyOut() throws Exception {
        try (DashboardRole other = startOther(config("max-connections", "8"))) {
            for (int i = 0; i < 60; i++) {
                Socket silent = new Socket("127.0.0.1", other.port());
                silent.getOutputStream().write("GET /ap".getBytes(StandardCharsets.US_ASCII));
                sockets.add(silent);
            }
            HttpResponse<InputStream> stream =
                    http.send(request(other, "GET", "/api/events", null), BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).isEqualTo(200);
            for (int i = 0; i < 20; i++) {
                assertThat(open(other, "GET /icon.svg HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                        .isEqualTo("HTTP/1.1 200");
            }
            assertThat(stream.body().read())
                    .as("a stream outlives idle connections")
                    .isPositive();
            stream.body().close();
        }
    }

    /** The first words of the answer; the connection stays open and unread. */
    private String open(DashboardRole at, String request) throws IOException {
        Socket socket = new Socket("127.0.0.1", at.port());
        sockets.add(socket);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
}
