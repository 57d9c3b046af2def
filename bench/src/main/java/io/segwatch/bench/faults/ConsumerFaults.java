package io.segwatch.bench.faults;

import io.segwatch.bench.demo.HeadlessPage;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Webhook;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Those who take what Segwatch gives, and are too slow. */
final class ConsumerFaults {
    private static final String CAMERA = "fault-viewers";
    private static final int VIEWERS = 16;
    private static final long SPELL_SECONDS = 30;
    private static final long MOST_MIB = 64;

    static final List<Fault> ALL = List.of(
            new Fault(
                    "viewers-stuck",
                    VIEWERS + " pages and as many event streams that read nothing: another page gets its pictures, at"
                            + " most " + MOST_MIB + " MiB more",
                    1,
                    ConsumerFaults::viewersStuck),
            new Fault(
                    "webhook-slow",
                    "a receiver that takes " + Receiver.SLOWNESS.toSeconds()
                            + " s for an answer: all come in the end, and another on its host is not delayed",
                    1,
                    ConsumerFaults::webhookSlow));

    private ConsumerFaults() {}

    private static void viewersStuck(TestBed bed, int rounds, Measured measured) throws Exception {
        bed.deployment.start("dashboard");
        List<Socket> stuck = new ArrayList<>();
        try (CameraServer server = new CameraServer(bed.folder())) {
            server.start(bed.clip);
            bed.addCamera(CAMERA, server.url());
            AtomicLong shown = new AtomicLong();
            HeadlessPage page = HeadlessPage.open(
                    URI.create(bed.deployment.page), CAMERA, (capturedAtMs, observed) -> shown.incrementAndGet());
            for (int round = 0; round < rounds; round++) {
                // The first pictures come in a burst, with the page's start.
                Waiting.until("the page shows pictures", Duration.ofSeconds(60), () -> shown.get() > 0);
                shown.set(0);
                TimeUnit.SECONDS.sleep(SPELL_SECONDS);
                long undisturbed = shown.getAndSet(0);
                long before = bed.deployment.process("dashboard").rssKiB();
                for (int i = 0; i < VIEWERS; i++) {
                    stuck.add(unread(bed, "/api/live?camera=" + CAMERA, true));
                    stuck.add(unread(bed, "/api/events", false));
                }
                TimeUnit.SECONDS.sleep(SPELL_SECONDS);
                long more = (bed.deployment.process("dashboard").rssKiB() - before) >> 10;
                measured.note("dashboard %+d MiB", more);
                measured.note("pictures %d beside %d of an undisturbed spell", shown.get(), undisturbed);
                measured.check(more <= MOST_MIB, "dashboard grew by " + more + " MiB");
                measured.check(shown.get() >= undisturbed * 8 / 10, "another page got too few pictures");
            }
            page.close();
        } finally {
            for (Socket socket : stuck) {
                socket.close();
            }
            bed.removeCamera(CAMERA);
            bed.deployment.stop("dashboard");
        }
    }

    /** A connection that asks and then reads nothing. */
    private static Socket unread(TestBed bed, String path, boolean webSocket) throws IOException {
        URI page = URI.create(bed.deployment.page);
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        socket.connect(new java.net.InetSocketAddress(page.getHost(), page.getPort()), 5_000);
        String upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: c3R1Y2stdmlld2VyLWtleQ==\r\nOrigin: " + page + "\r\n";
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + page.getAuthority() + "\r\n"
                + (webSocket ? upgrade : "Accept: text/event-stream\r\n") + "\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void webhookSlow(TestBed bed, int rounds, Measured measured) throws Exception {
        long since = System.nanoTime();
        bed.webhook("slow", Receiver.SLOW);
        try {
            for (int round = 0; round < rounds; round++) {
                TimeUnit.SECONDS.sleep(SPELL_SECONDS);
            }
            // The prompt receiver has all but what came in the last moment.
            List<Alert> due = bed.watch.alertsSince(since);
            long late = due.subList(0, Math.max(0, due.size() - 2)).stream()
                    .filter(alert -> !bed.receiver.ids(Receiver.PROMPT).contains(EventIds.of(alert)))
                    .count();
            measured.check(late == 0, late + " alerts late at the prompt receiver");
            Duration patience = Receiver.SLOWNESS.multipliedBy(due.size() + 10L);
            long from = System.nanoTime();
            Waiting.until(
                    "the slow receiver has all",
                    patience,
                    () -> due.stream()
                            .skip(1)
                            .allMatch(alert -> bed.receiver.ids(Receiver.SLOW).contains(EventIds.of(alert))));
            measured.note(
                    "%d alerts in %d s, the slow receiver had all %.0f s later",
                    due.size(), SPELL_SECONDS * rounds, Measured.secondsBetween(from, System.nanoTime()));
        } finally {
            bed.deployment.define(Topic.WEBHOOKS, "slow", (Webhook) null);
        }
    }
}
