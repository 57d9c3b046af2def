package io.segwatch.bench.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Takes webhooks as a receiver should: it knows an event by its id, however often it is posted. Threadsafe. */
final class Receiver implements AutoCloseable {
    private static final ObjectMapper json = new ObjectMapper();
    /** Waits so long with each answer. */
    static final String SLOW = "/slow";

    static final String PROMPT = "/prompt";
    static final Duration SLOWNESS = Duration.ofSeconds(2);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "receiver");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Set<String>> ids =
            Map.of(SLOW, ConcurrentHashMap.newKeySet(), PROMPT, ConcurrentHashMap.newKeySet());
    private final AtomicLong repeats = new AtomicLong();
    private final AtomicLong newestMs = new AtomicLong();

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        ids.keySet().forEach(path -> server.createContext(path, this::take));
        server.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** Ids of the events that came to a path. */
    Set<String> ids(String path) {
        return ids.get(path);
    }

    /** Posts of an id that had been taken before. */
    long repeats() {
        return repeats.get();
    }

    /** Event time, ms, of the newest alert that came. */
    long newestMs() {
        return newestMs.get();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getHttpContext().getPath();
            String id = json.readTree(exchange.getRequestBody()).path("id").asText();
            if (path.equals(SLOW)) {
                TimeUnit.NANOSECONDS.sleep(SLOWNESS.toNanos());
            }
            if (path.equals(PROMPT)) {
                newestMs.accumulateAndGet(Long.parseLong(id.substring(id.lastIndexOf('/') + 1)), Math::max);
            }
            if (!ids.get(path).add(id)) {
                repeats.incrementAndGet();
            }
            exchange.sendResponseHeaders(204, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
