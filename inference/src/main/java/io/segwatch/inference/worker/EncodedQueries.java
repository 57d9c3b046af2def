package io.segwatch.inference.worker;

import io.segwatch.contracts.Topic;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Table;
import io.segwatch.v1.Query;
import io.segwatch.v1.QueryStatus;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
            boolean expired = query.getExpiresAtMs() != 0 && System.currentTimeMillis() >= query.getExpiresAtMs();
            return !expired
                    && !query.getDisabled()
                    && (query.getCamerasCount() == 0 || query.getCamerasList().contains(camera));
        }
    }

    /** Unknown words that a remark names. */
    private static final int MAX_NAMED = 5;

    private final SegmentationModel model;
    private final int maxQueries;
    private final ExecutorService encoder;
    private final Table<Query> table;
    /** Only touched by the encoder's thread. */
    private final TreeMap<String, ActiveQuery> entries = new TreeMap<>();

    private final TreeMap<String, QueryStatus> remarks = new TreeMap<>();
    private volatile List<ActiveQuery> published = List.of();
    private volatile List<QueryStatus> publishedRemarks = List.of();

    /** @param clientId of the topic's reader */
    EncodedQueries(Kafka kafka, String clientId, SegmentationModel model, int maxQueries, DeadLetters deadLetters) {
        this.model = model;
        this.maxQueries = maxQueries;
        this.encoder = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "query-encoder");
            thread.setDaemon(true);
            return thread;
        });
        this.table = new Table<>(kafka, Topic.QUERIES, clientId, deadLetters, this::changed);
        table.start();
    }

    /** Every valid query, ordered by id. The list object changes only when a query does. */
    List<ActiveQuery> entries() {
        return published;
    }

    /** What a person should know of queries that are not answered, or not by all of their words. */
    List<QueryStatus> remarks() {
        return publishedRemarks;
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
        remarks.remove(id);
        try {
            if (query == null) {
                entries.remove(id);
            } else {
                put(id, query);
            }
        } catch (RuntimeException e) {
            log.error("Query {} could not be encoded", id, e);
            entries.remove(id);
            refuse(id, "The query could not be encoded: " + e.getMessage());
        }
        published = List.copyOf(entries.values());
        publishedRemarks = List.copyOf(remarks.values());
        InferenceMetrics.QUERIES.set(published.size());
    }

    private void refuse(String id, String reason) {
        remark(id, false, reason);
        table.deadLetter(id, reason);
    }

    private void remark(String id, boolean answered, String reason) {
        remarks.put(
                id,
                QueryStatus.newBuilder()
                        .setQuery(id)
                        .setAnswered(answered)
                        .setReason(reason)
                        .build());
    }

    private void put(String id, Query query) {
        if (!entries.containsKey(id) && entries.size() >= maxQueries) {
            refuse(
                    id,
                    "There are already " + maxQueries
                            + " queries; delete one, or raise segwatch.inference.max-queries.");
            return;
        }
        List<String> all = Stream.of(List.of(query.getText()), query.getSynonymsList(), query.getNegativesList())
                .flatMap(List::stream)
                .toList();
        String unknown = all.stream()
                .flatMap(phrase -> model.unknownWords(phrase).stream())
                .distinct()
                .limit(MAX_NAMED)
                .collect(Collectors.joining(", "));
        if (phrases(query).stream().noneMatch(model::knows)) {
            entries.remove(id);
            remark(
                    id,
                    false,
                    "The model knows no word of this query, so it is not looked for; "
                            + (unknown.isEmpty()
                                    ? "name a thing"
                                    : "unknown: " + unknown + ". Name the thing in English"));
            return;
        }
        entries.put(id, encode(query));
        if (!unknown.isEmpty()) {
            remark(id, true, "The model does not know: " + unknown + ". What is left of the query is looked for");
        }
    }

    private static List<String> phrases(Query query) {
        return Stream.concat(Stream.of(query.getText()), query.getSynonymsList().stream())
                .toList();
    }

    private ActiveQuery encode(Query query) {
        ActiveQuery earlier = entries.get(query.getId());
        if (earlier != null
                && phrases(earlier.query).equals(phrases(query))
                && earlier.query.getNegativesList().equals(query.getNegativesList())) {
            return new ActiveQuery(query, earlier.encoded);
        }
        return new ActiveQuery(query, EncodedQuery.of(model, query.getId(), phrases(query), query.getNegativesList()));
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
