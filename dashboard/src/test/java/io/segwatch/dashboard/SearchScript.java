package io.segwatch.dashboard;

import io.segwatch.past.Searcher;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchEnd;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchHeat;
import io.segwatch.v1.SearchMoment;
import io.segwatch.v1.SearchProgress;
import io.segwatch.v1.SearchRequest;
import io.segwatch.v1.SearchStart;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What a search engine does of which the words say what: "van" is everywhere, "endless" tells of progress for ever. */
final class SearchScript implements Searcher {
    static final String ENDLESS = "endless";
    static final String UNKNOWN = "qwrtz";
    static final String BROKEN = "broken";

    final AtomicLong prepared = new AtomicLong();
    final AtomicLong told = new AtomicLong();
    final AtomicLong ended = new AtomicLong();

    @Override
    public CompletionStage<Void> prepare() {
        prepared.incrementAndGet();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void search(SearchRequest request, Consumer<SearchEvent> events, BooleanSupplier cancelled) {
        String words = request.getQuery().getText();
        if (words.equals(UNKNOWN)) {
            throw new IllegalArgumentException("query.text: the model knows no word of it; name a thing in English");
        }
        events.accept(SearchEvent.newBuilder()
                .setStart(SearchStart.newBuilder().setRecords(7))
                .build());
        if (words.equals(BROKEN)) {
            throw new IllegalStateException("Kafka is gone");
        }
        try {
            while (words.equals(ENDLESS) && !cancelled.getAsBoolean()) {
                told.incrementAndGet();
                events.accept(SearchEvent.newBuilder()
                        .setProgress(SearchProgress.newBuilder().setRecords(told.get()))
                        .build());
            }
        } finally {
            ended.incrementAndGet();
        }
        request.getCamerasList()
                .forEach(camera -> events.accept(SearchEvent.newBuilder()
                        .setMoment(SearchMoment.newBuilder()
                                .setCamera(camera)
                                .setFromMs(request.getFromMs())
                                .setToMs(request.getToMs()))
                        .build()));
        events.accept(SearchEvent.newBuilder()
                .setEnd(SearchEnd.newBuilder().setMoments(request.getCamerasCount()))
                .build());
    }

    @Override
    public Optional<SearchHeat> heat(Query query, String camera, long epoch, long sequence, long capturedAtMs) {
        return sequence == 1
                ? Optional.of(SearchHeat.newBuilder()
                        .setColumns(2)
                        .setRows(1)
                        .addProbabilities(0.25f)
                        .addProbabilities(-1)
                        .build())
                : Optional.empty();
    }
}
