package io.segwatch.inference.search;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.PastRecords;
import io.segwatch.v1.Features;
import io.segwatch.v1.SearchEnd;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchFailure;
import io.segwatch.v1.SearchMoment;
import io.segwatch.v1.SearchProgress;
import io.segwatch.v1.SearchRequest;
import io.segwatch.v1.SearchStart;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** One search: windows of the feature log from the newest to the oldest, scored as they are read. For one thread. */
final class SearchRun {
    private static final long PROGRESS_NANOS = Duration.ofMillis(150).toNanos();
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final SearchRequest request;
    private final PastRecords records;
    private final SearchedCameras cameras;
    private final AskedModels models;
    private final List<String> unknownWords;
    private final Consumer<SearchEvent> events;
    private final BooleanSupplier cancelled;
    private final long beganNanos = System.nanoTime();
    private final Map<String, CameraScan> scans = new LinkedHashMap<>();
    private final List<Sighting> window = new ArrayList<>();
    private final BestFrame best = new BestFrame();
    private long toldNanos = beganNanos;
    private long read;
    private long frames;
    private long moments;
    private boolean more;

    /**
     * @param request with its defaults filled in
     * @param cameras as they are now
     */
    SearchRun(
            SearchRequest request,
            PastRecords records,
            SearchedCameras cameras,
            AskedModels models,
            List<String> unknownWords,
            Consumer<SearchEvent> events,
            BooleanSupplier cancelled) {
        this.request = request;
        this.records = records;
        this.cameras = cameras;
        this.models = models;
        this.unknownWords = unknownWords;
        this.events = events;
        this.cancelled = cancelled;
        Map<String, LiveUsual> usual =
                request.hasQuery() ? cameras.usual(records, request.getQuery(), request.getZone()) : Map.of();
        for (String camera : request.getCamerasList()) {
            scans.put(camera, new CameraScan(camera, request, Optional.ofNullable(usual.get(camera)), this::found));
        }
    }

    /** Ends with an end or a failure; when it is cancelled, without either. */
    void run() {
        Set<TopicPartition> partitions = new LinkedHashSet<>();
        request.getCamerasList().forEach(camera -> partitions.add(records.partition(Topic.FEATURES, camera)));
        BackwardReading log =
                new BackwardReading(records.consumer(), partitions, request.getFromMs(), request.getToMs());
        events.accept(event().setStart(SearchStart.newBuilder()
                        .addAllUnknownWords(unknownWords)
                        .setRecords(log.records())
                        .setKeptFromMs(log.keptFromMs()))
                .build());
        while (goesOn() && !isFull() && log.next(this::score, () -> isWanted(log.reachedMs()))) {
            if (!goesOn()) {
                break;
            }
            hand();
            scans.values()
                    .forEach(scan -> scan.reached(log.reachedMs())
                            .ifPresent(series ->
                                    events.accept(event().setSeries(series).build())));
        }
        if (cancelled.getAsBoolean()) {
            return;
        }
        if (isTooLong()) {
            events.accept(event().setFailure(SearchFailure.newBuilder()
                            .setCause(SearchFailure.Cause.TOO_LONG)
                            .setLongestMs(LONGEST.toMillis())
                            .setDetail("The search took longer than " + LONGEST.toMinutes()
                                    + " minutes; ask for a shorter span or fewer cameras."))
                    .build());
            return;
        }
        end();
    }

    private boolean isTooLong() {
        return System.nanoTime() - beganNanos > LONGEST.toNanos();
    }

    private boolean goesOn() {
        return !cancelled.getAsBoolean() && !isTooLong();
    }

    /** Nothing more would be told: the series wants all, the moments do not. */
    private boolean isFull() {
        return more && request.getColumns() == 0;
    }

    private boolean isWanted(long reachedMs) {
        long now = System.nanoTime();
        if (now - toldNanos > PROGRESS_NANOS) {
            toldNanos = now;
            events.accept(event().setProgress(SearchProgress.newBuilder()
                            .setRecords(read)
                            .setFrames(frames)
                            .setReachedMs(Math.max(request.getFromMs(), Math.min(request.getToMs(), reachedMs))))
                    .build());
        }
        return goesOn();
    }

    private void score(ConsumerRecord<String, byte[]> record) {
        read++;
        if (!scans.containsKey(record.key())) {
            return;
        }
        Features features = parsed(record);
        if (features == null
                || features.getCapturedAtMs() < request.getFromMs()
                || features.getCapturedAtMs() >= request.getToMs()
                || cameras.hides(record.key(), features.getCapturedAtMs())) {
            return;
        }
        AskedModels.Asked asked = models.ask(features);
        if (asked == null) {
            return;
        }
        frames++;
        CellScorer scorer = asked.scorers().get(0);
        Sighting sighting = new Sighting(
                record.key(),
                features.getCapturedAtMs(),
                features.getValidMs(),
                features.getFrame().getEpoch(),
                features.getFrame().getSequence(),
                cameras.zone(record.key()).share(asked.frame(), scorer),
                scorer.peak());
        best.offer(sighting, asked);
        window.add(sighting);
    }

    /** Its vectors are not copied; null when it is no record of this topic. */
    static Features parsed(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return null;
        }
        try {
            CodedInputStream input =
                    UnsafeByteOperations.unsafeWrap(record.value()).newCodedInput();
            input.enableAliasing(true);
            return Features.parseFrom(input);
        } catch (InvalidProtocolBufferException e) {
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory can be read", e);
        }
    }

    private void hand() {
        window.sort(Comparator.comparingLong(Sighting::atMs).reversed());
        window.forEach(sighting -> scans.get(sighting.camera()).add(sighting));
        window.clear();
    }

    private void found(SearchMoment moment) {
        if (moments >= request.getMostMoments()) {
            more = true;
            return;
        }
        moments++;
        events.accept(event().setMoment(moment).build());
    }

    private void end() {
        if (!isFull()) {
            scans.values().forEach(scan -> {
                scan.end();
                scan.reached(request.getFromMs())
                        .ifPresent(series ->
                                events.accept(event().setSeries(series).build()));
            });
        }
        long span = (request.getToMs() - request.getFromMs()) * scans.size();
        long seen = scans.values().stream().mapToLong(CameraScan::seenMs).sum();
        SearchEnd.Builder end = SearchEnd.newBuilder()
                .setFrames(frames)
                .setMoments(moments)
                .setTookMs((System.nanoTime() - beganNanos) / 1_000_000)
                .setMore(more)
                .setSeen(Math.min(1, (double) seen / span))
                .addAllUnreadable(models.unreadable());
        best.moment().ifPresent(end::setBest);
        end.addAllNearest(best.nearest());
        events.accept(event().setEnd(end).build());
    }

    private static SearchEvent.Builder event() {
        return SearchEvent.newBuilder();
    }
}
