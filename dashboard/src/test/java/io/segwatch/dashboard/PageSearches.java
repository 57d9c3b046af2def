package io.segwatch.dashboard;

import io.segwatch.past.Searcher;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.NearestWord;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchEnd;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchFailure;
import io.segwatch.v1.SearchHeat;
import io.segwatch.v1.SearchMoment;
import io.segwatch.v1.SearchProgress;
import io.segwatch.v1.SearchRequest;
import io.segwatch.v1.SearchSeries;
import io.segwatch.v1.SearchStart;
import io.segwatch.v1.UnreadableFeatures;
import io.segwatch.v1.UnreadableFeatures.Cause;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A search engine for tests of the page. Each camera has three moments, a minute apart; the words say what else it
 * does. The frames of moments are those of epoch 1, from sequence 1 on.
 */
final class PageSearches implements Searcher {
    static final int MOMENTS = 3;
    static final long APART_MS = 60_000;
    /** Waits for {@link #step} before each moment. */
    static final String SLOWLY = "slowly";
    /** Is nowhere. */
    static final String UNICORN = "unicorn";
    /** Of ten minutes something was kept. */
    static final String YOUNG = "young";
    /** Nothing was kept. */
    static final String UNKEPT = "unkept";
    /** Some frames are of a model that is gone, and some were written by a newer version. */
    static final String UNREADABLE = "unreadable";
    /** Gives up after ten minutes. */
    static final String ENDLESS = "endless";
    /** Fails when one moment was told. */
    static final String BREAKS = "breaks";

    /** When the newest moment of each camera was. */
    private volatile long newestMs;

    final AtomicInteger prepared = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();
    private final Semaphore steps = new Semaphore(0);
    private volatile SearchRequest last = SearchRequest.getDefaultInstance();

    /** From now on, the newest moments were a minute ago. */
    void begin() {
        newestMs = System.currentTimeMillis() / 1000 * 1000 - APART_MS;
    }

    /** Lets so many moments be told. */
    void step(int moments) {
        steps.release(moments);
    }

    SearchRequest last() {
        return last;
    }

    long momentMs(int i) {
        return newestMs - i * APART_MS;
    }

    static FrameId frame(String camera, int i) {
        return FrameId.newBuilder()
                .setCamera(camera)
                .setEpoch(1)
                .setSequence(i + 1)
                .build();
    }

    @Override
    public CompletionStage<Void> prepare() {
        prepared.incrementAndGet();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void search(SearchRequest request, Consumer<SearchEvent> events, BooleanSupplier gone) {
        last = request;
        String words = request.getQuery().getText();
        boolean kept = !words.equals(UNKEPT);
        events.accept(event().setStart(SearchStart.newBuilder()
                        .setRecords(MOMENTS)
                        .setKeptFromMs(kept ? keptFromMs(request, words) : 0))
                .build());
        if (words.equals(ENDLESS)) {
            events.accept(event().setFailure(SearchFailure.newBuilder()
                            .setCause(SearchFailure.Cause.TOO_LONG)
                            .setLongestMs(600_000)
                            .setDetail("The search took longer than 10 minutes"))
                    .build());
            return;
        }
        int told = 0;
        for (int i = 0; i < MOMENTS && kept && !words.equals(UNICORN); i++) {
            for (String camera : request.getCamerasList()) {
                if (words.equals(SLOWLY) && !awaitStep(gone)) {
                    return;
                }
                events.accept(event().setMoment(moment(camera, i)).build());
                told++;
                if (words.equals(BREAKS)) {
                    throw new IllegalStateException("Kafka is gone");
                }
            }
            events.accept(event().setProgress(SearchProgress.newBuilder()
                            .setRecords(i + 1)
                            .setFrames(100L * (i + 1))
                            .setReachedMs(momentMs(i)))
                    .build());
        }
        if (kept) {
            request.getCamerasList()
                    .forEach(camera -> events.accept(
                            event().setSeries(series(camera, request)).build()));
        }
        events.accept(event().setEnd(end(request, kept, told)).build());
    }

    private boolean awaitStep(BooleanSupplier gone) {
        try {
            while (!steps.tryAcquire(50, TimeUnit.MILLISECONDS)) {
                if (gone.getAsBoolean()) {
                    cancelled.incrementAndGet();
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private SearchMoment moment(String camera, int i) {
        return SearchMoment.newBuilder()
                .setCamera(camera)
                .setFromMs(momentMs(i) - 4_000)
                .setToMs(momentMs(i) + 8_000)
                .setFrames(3)
                .setPeakFrame(frame(camera, i))
                .setPeakAtMs(momentMs(i))
                .setPeakShare(0.12)
                .setPeakProbability(0.8)
                .setAboveUsual(i == 0 ? 5 : 0)
                .build();
    }

    private static SearchSeries series(String camera, SearchRequest request) {
        int columns = Math.max(1, request.getColumns());
        long columnMs = Math.max(1, (request.getToMs() - request.getFromMs()) / columns);
        return SearchSeries.newBuilder()
                .setCamera(camera)
                .setFromMs(request.getToMs() - columnMs)
                .setColumnMs(columnMs)
                .addAllShares(Collections.nCopies(columns, 0.06f))
                .build();
    }

    private static long keptFromMs(SearchRequest request, String words) {
        long youngMs = words.equals(YOUNG) ? request.getToMs() - 600_000 : 1;
        return Math.max(youngMs, request.getFromMs());
    }

    private SearchEnd end(SearchRequest request, boolean kept, int told) {
        SearchEnd.Builder end = SearchEnd.newBuilder()
                .setFrames(kept ? 300 : 0)
                .setMoments(told)
                .setTookMs(40)
                .setSeen(kept ? 0.8 : 0);
        if (kept && told == 0) {
            end.setBest(moment(request.getCameras(0), 1).toBuilder().setPeakProbability(0.2))
                    .addNearest(NearestWord.newBuilder().setWord("horse").setProbability(0.6));
        }
        if (request.getQuery().getText().equals(UNREADABLE)) {
            end.addUnreadable(unreadable("earlier@7", Cause.MODEL_GONE))
                    .addUnreadable(unreadable("", Cause.NEWER_FORMAT));
        }
        return end.build();
    }

    private static UnreadableFeatures unreadable(String model, Cause cause) {
        return UnreadableFeatures.newBuilder()
                .setModel(model)
                .setFrames(5)
                .setCause(cause)
                .setReason("In English")
                .build();
    }

    private static SearchEvent.Builder event() {
        return SearchEvent.newBuilder();
    }

    @Override
    public Optional<SearchHeat> heat(Query query, String camera, long epoch, long sequence, long capturedAtMs) {
        return Optional.of(SearchHeat.newBuilder()
                .setColumns(2)
                .setRows(1)
                .addProbabilities(0.9f)
                .addProbabilities(-1)
                .build());
    }
}
