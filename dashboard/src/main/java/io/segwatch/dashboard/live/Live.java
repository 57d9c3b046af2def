package io.segwatch.dashboard.live;

import io.segwatch.dashboard.access.AccessRule;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.dashboard.past.Past;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Kafka;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Frame;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What happens now: facts as they are read from Kafka, a bounded memory of the last minutes, and the pages and programs
 * that follow along. Threadsafe, never blocks, unless a method says otherwise.
 */
public final class Live implements AutoCloseable {
    /**
     * Bounds of what is kept and served.
     *
     * @param viewers open pages and event streams together
     * @param viewersPerOwner those of one address; people at its pages and programs are counted apart
     * @param lease after which an event stream ends, to be opened again
     * @param areaRecords windows, over all series
     * @param historyRecords windows for charts, over all series
     * @param alertRecords alerts
     */
    public record Limits(
            int viewers, int viewersPerOwner, Duration lease, int areaRecords, int historyRecords, int alertRecords) {}

    /**
     * Which windows to find.
     *
     * @param camera empty for all
     * @param zone empty for the whole frame
     * @param query empty for all
     * @param windowMs length of a window; 0 for all
     * @param fromMs earliest start of a window, event time
     * @param toMs latest start of a window, event time
     */
    public record AreaFilter(String camera, String zone, String query, long windowMs, long fromMs, long toMs) {}

    /**
     * Which events a program is sent.
     *
     * @param camera empty for all
     * @param rule of alerts; empty for all
     * @param windowMs of areas
     * @param masks whether observations come with their masks
     */
    public record EventFilter(
            String camera,
            String rule,
            boolean alerts,
            boolean areas,
            long windowMs,
            boolean observations,
            boolean masks) {}

    /**
     * Who may be sent what.
     *
     * @param messages by kind of a WebSocket's message ({@code changed:KIND} for a change), who may be sent it
     * @param events by kind of an event, who may be sent it
     * @param current whether somebody is still let in, with the same rights
     */
    public record Visibility(
            Map<String, AccessRule> messages, Map<String, AccessRule> events, Predicate<Principal> current) {}

    /**
     * A definition or status that has changed.
     *
     * @param kind for example {@code rules}
     * @param cameras that it is about; empty for all
     * @param value as somebody sees it; null when it is gone
     */
    public record Change(String kind, String id, List<String> cameras, Function<Principal, JsonObject> value) {
        /** That it is gone. */
        public static Change gone(String kind, String id) {
            return new Change(kind, id, List.of(), null);
        }

        boolean exists() {
            return value != null;
        }
    }

    private final Seats seats;
    private final LiveSockets sockets;
    private final EventStreams events;
    private final RecentAreas areas;
    private final RecentAlerts alerts;
    private final Past past;
    private final Prompts prompts = new Prompts();
    /** By camera, the event time before which nothing is shown. */
    private final Map<String, Long> erased = new ConcurrentHashMap<>();

    private volatile FactReader reader;
    private volatile BiFunction<String, Duration, CompletionStage<Frame>> pictures;

    /**
     * Nothing is read before {@link #start}.
     *
     * @param visibility who may be sent what, for how long
     */
    public Live(Vertx vertx, Limits limits, Visibility visibility) {
        this.seats = new Seats(limits.viewers(), limits.viewersPerOwner());
        this.sockets = new LiveSockets(vertx, seats, visibility);
        this.events = new EventStreams(vertx, seats, limits.lease(), limits.alertRecords(), visibility);
        this.areas = new RecentAreas(limits.areaRecords());
        this.past = new Past(limits.historyRecords());
        this.alerts = new RecentAlerts(limits.alertRecords());
    }

    /**
     * Begins to read; call once, before anything else. Blocks until the topics' positions are known.
     *
     * @param deadLetters take the records that cannot be parsed
     */
    public void start(Kafka kafka, DeadLetters deadLetters) {
        Past.Hidden hidden = (camera, atMs) -> atMs < erased.getOrDefault(camera, Long.MIN_VALUE);
        reader = new FactReader(kafka, areas, past, alerts, prompts, sockets, events, deadLetters, hidden);
        past.start(kafka, deadLetters, hidden);
    }

    /**
     * Makes the request a WebSocket of a page.
     *
     * @param camera that is watched until the page says what it watches; empty for none
     */
    public void openSocket(RoutingContext ctx, String camera) {
        sockets.open(ctx, camera);
    }

    /**
     * Answers the request with server-sent events.
     *
     * @param lastEventId the last event that the program has read; empty to start with what comes
     */
    public void openEvents(RoutingContext ctx, EventFilter filter, String lastEventId) {
        events.open(ctx, filter, lastEventId);
    }

    /** Sends pages a definition or status that has changed, those that may see it. */
    public void onChange(Change change) {
        sockets.onChange(change);
        FactReader facts = reader;
        if (change.kind().equals("cameras") && facts != null) {
            facts.defined(change.id(), change.exists());
        }
    }

    /**
     * What is known of this camera was erased: none of it is shown any more.
     *
     * @param beforeMs event time; what is from later is shown
     */
    public void erased(String camera, long beforeMs) {
        erased.put(camera, beforeMs);
        areas.remove(camera, beforeMs);
        past.erased(camera, beforeMs);
        alerts.remove(camera, beforeMs);
        events.remove(camera, beforeMs);
    }

    /** Series by series, each in the order of time. */
    public List<Area> areas(AreaFilter filter) {
        return areas.find(filter);
    }

    /** What charts of longer spans are drawn from. */
    public Past past() {
        return past;
    }

    /**
     * The newest state of recent alerts, the newest first.
     *
     * @param camera empty for all
     * @param seen whether alerts of a camera may be seen
     */
    public List<Alert> alerts(String camera, Predicate<String> seen, int limit) {
        return alerts.newest(camera, seen, limit);
    }

    /** The newest state of a recent alert. */
    public Optional<Alert> alert(String id) {
        return alerts.newest(id);
    }

    /** The alert as it was when it opened, if that was seen. */
    public Optional<Alert> opening(String alert) {
        return alerts.opening(alert);
    }

    public Prompts prompts() {
        return prompts;
    }

    /** Open pages and event streams. */
    public int viewers() {
        return seats.taken();
    }

    /** Fails as {@link #openSocket} would when there is no seat for who sends this request. */
    public void checkSeat(RoutingContext ctx) {
        seats.check(Visitor.of(ctx));
    }

    /** Reads frames of this camera for the next half minute, so that {@link #newest} has one. */
    public void requestFrames(String camera) {
        reader.requestFrames(camera);
    }

    /** The camera's newest picture, if it is watched or was requested lately. */
    public Optional<LivePicture> newest(String camera) {
        return reader.newest(camera)
                .filter(picture -> picture.capturedAtMs() >= erased.getOrDefault(camera, Long.MIN_VALUE));
    }

    /** @param grabbing gives a camera's next picture in the camera's own size, or fails when none comes in time */
    public void takePicturesFrom(BiFunction<String, Duration, CompletionStage<Frame>> grabbing) {
        pictures = grabbing;
    }

    /** The camera's next picture in its own size; empty when another process grabs cameras. */
    public Optional<CompletionStage<Frame>> nextPicture(String camera, Duration within) {
        return Optional.ofNullable(pictures).map(grabbing -> grabbing.apply(camera, within));
    }

    /** By camera, how old its newest observation was when it was read, milliseconds since its capture. */
    public Map<String, Long> observationAges() {
        return reader.observationAges();
    }

    /** How many of the camera's frames workers have skipped, because newer ones were there, since this started. */
    public long skippedFrames(String camera) {
        FactReader facts = reader;
        return facts == null ? 0 : facts.skippedFrames(camera);
    }

    /** False once facts can no longer be read. */
    public boolean alive() {
        return reader.alive() && past.alive();
    }

    /** Stops reading; blocks for up to five seconds. */
    @Override
    public void close() {
        past.close();
        if (reader != null) {
            reader.close();
        }
        sockets.close();
    }
}
