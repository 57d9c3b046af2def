package io.segwatch.inference.search;

import io.segwatch.contracts.Topic;
import io.segwatch.failure.FatalErrors;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.PastRecords;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A search of what is newest whose result nobody sees: when a person's own comes, the words are loaded and the code is
 * compiled, which would take longer than to search a day. Threadsafe.
 */
final class Rehearsal implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);
    /** Of scored frames, from which on all that is worth it has been compiled. */
    private static final long ENOUGH = 16_000;

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final long SPAN_MS = Duration.ofDays(7).toMillis();
    private static final int MOST_CAMERAS = 64;
    /** A word that every text encoder knows. */
    private static final String WORD = "person";

    /** A search, as {@link Search} has it. */
    interface Searched {
        void run(SearchRequest request, Consumer<SearchEvent> events, BooleanSupplier cancelled);
    }

    private final Kafka kafka;
    private final TextModels models;
    private final Searched search;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread made = new Thread(work, "search-rehearsal");
        made.setDaemon(true);
        return made;
    });
    /** People's own searches that are under way: they need the processor. */
    private final AtomicInteger asked = new AtomicInteger();

    private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
    private volatile boolean closed;
    private volatile boolean runIn;

    Rehearsal(Kafka kafka, TextModels models, Searched search) {
        this.kafka = kafka;
        this.models = models;
        this.search = search;
    }

    /** Begins unless it is under way; completed when it has ended. */
    synchronized CompletionStage<Void> begin() {
        if (closed || asked.get() > 0 || !running.isDone()) {
            return running;
        }
        CompletableFuture<Void> begun = new CompletableFuture<>();
        running = begun;
        models.load();
        thread.execute(FatalErrors.guarded(() -> {
            try {
                if (!runIn) {
                    rehearse();
                }
            } catch (RuntimeException e) {
                // A search says what is wrong.
                log.debug("A rehearsal of a search failed", e);
            } finally {
                begun.complete(null);
            }
        }));
        return running;
    }

    /** Gives way to a person's own search. */
    void run(SearchRequest request, Consumer<SearchEvent> events, BooleanSupplier cancelled) {
        asked.incrementAndGet();
        try {
            search.run(request, events, cancelled);
        } finally {
            asked.decrementAndGet();
        }
    }

    private void rehearse() {
        Set<String> cameras;
        try (PastRecords records = new PastRecords(kafka, "search-rehearsal")) {
            cameras = records.latest(Topic.CAMERAS).keySet();
        }
        long nowMs = System.currentTimeMillis();
        SearchRequest.Builder request = SearchRequest.newBuilder()
                .setQuery(Query.newBuilder().setText(WORD))
                .setFromMs(Math.max(0, nowMs - SPAN_MS))
                .setToMs(nowMs)
                .setColumns(1);
        cameras.stream().sorted().limit(MOST_CAMERAS).forEach(request::addCameras);
        if (request.getCamerasCount() == 0) {
            return;
        }
        long beganNanos = System.nanoTime();
        long[] scored = new long[1];
        search.run(
                SearchBounds.checked(request.build()),
                event -> scored[0] = Math.max(
                        scored[0],
                        Math.max(event.getProgress().getFrames(), event.getEnd().getFrames())),
                () -> closed
                        || asked.get() > 0
                        || scored[0] >= ENOUGH
                        || System.nanoTime() - beganNanos > LONGEST.toNanos());
        runIn = scored[0] >= ENOUGH || System.nanoTime() - beganNanos > LONGEST.toNanos();
        log.debug("Rehearsed a search on {} frames", scored[0]);
    }

    @Override
    public synchronized void close() {
        closed = true;
        thread.shutdown();
    }
}
