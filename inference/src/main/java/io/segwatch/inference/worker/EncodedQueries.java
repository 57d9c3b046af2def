package io.segwatch.inference.worker;

import io.segwatch.contracts.Topic;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Table;
import io.segwatch.v1.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queries as vectors, kept up to date with the topic. Phrases are encoded on a thread of their own, so that no
 * frame waits for them. Reads are threadsafe and never block.
 */
final class EncodedQueries implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EncodedQueries.class);

    /** A query with its vectors; the vectors stay the same object while the phrases do. */
    record ActiveQuery(Query query, EncodedQuery encoded) {
        boolean runsOn(String camera) {
            return !query.getDisabled()
                    && (query.getCamerasCount() == 0 || query.getCamerasList().contains(camera));
        }
    }

    private final SegmentationModel model;
    private final int maxQueries;
    private final ExecutorService encoder;
    private final Table<Query> table;
    /** Only touched by the encoder's thread. */
    private final TreeMap<String, ActiveQuery> entries = new TreeMap<>();

    private volatile List<ActiveQuery> published = List.of();

    EncodedQueries(Kafka kafka, SegmentationModel model, int maxQueries, DeadLetters deadLetters) {
        this.model = model;
        this.maxQueries = maxQueries;
        this.encoder = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "query-encoder");
            thread.setDaemon(true);
            return thread;
        });
        this.table = new Table<>(kafka, Topic.QUERIES, "inference", deadLetters, this::changed);
        table.start();
    }

    /** Every valid query, ordered by id. The list object changes only when a query does. */
    List<ActiveQuery> entries() {
        return published;
    }

    /** False once the topic is not read any more. */
    boolean alive() {
        return table.alive();
    }

    boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return table.awaitCaughtUp(timeout);
    }

    private void changed(String id, Query query) {
        encoder.execute(() -> apply(id, query));
    }

    private void apply(String id, Query query) {
        try {
            if (query == null) {
                entries.remove(id);
            } else {
                put(id, query);
            }
            published = List.copyOf(entries.values());
            InferenceMetrics.QUERIES.set(published.size());
        } catch (RuntimeException e) {
            log.error("Query {} could not be encoded", id, e);
            table.deadLetter(id, "The query could not be encoded: " + e.getMessage());
        }
    }

    private void put(String id, Query query) {
        if (!entries.containsKey(id) && entries.size() >= maxQueries) {
            table.deadLetter(
                    id,
                    "There are already " + maxQueries
                            + " queries; delete one, or raise segwatch.inference.max-queries.");
            return;
        }
        entries.put(id, encode(query));
    }

    private ActiveQuery encode(Query query) {
        ActiveQuery earlier = entries.get(query.getId());
        if (earlier != null && phrases(earlier.query).equals(phrases(query))) {
            return new ActiveQuery(query, earlier.encoded);
        }
        List<String> phrases = new ArrayList<>();
        phrases.add(query.getText());
        phrases.addAll(query.getSynonymsList());
        return new ActiveQuery(query, EncodedQuery.of(model, query.getId(), phrases, query.getNegativesList()));
    }

    private static List<Object> phrases(Query query) {
        return List.of(query.getText(), query.getSynonymsList(), query.getNegativesList());
    }

    @Override
    public void close() {
        table.close();
        encoder.shutdown();
        try {
            encoder.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
