package io.segwatch.topology;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.RecordLag;
import io.segwatch.kafka.Sender;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.DeadLetter;
import io.segwatch.v1.Observation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One partition's cameras. Each has its {@link CameraProcessor} on the heap; what has changed in it is written to the
 * store before the commit, so that the transaction holds the offset, the state and the output of the same records. A
 * malformed observation becomes a dead letter of the same transaction.
 */
final class ObservationProcessor implements Processor<byte[], byte[], String, MessageLite> {
    private static final Logger log = LoggerFactory.getLogger(ObservationProcessor.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    /** A thread that has not ticked for longer was held up, as by a broker that is away: it has read nothing. */
    private static final long HELD_UP_MS = 5_000;

    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 3_600_000;

    private final CameraProcessor.Options options;
    private final Supplier<DefinitionSnapshot> definitions;
    private final RecordLag lag;
    private final EventKinds events;
    private final ShareGauges shares;
    private final TreeMap<String, CameraProcessor> cameras = new TreeMap<>();
    private long lastTickMs;
    private ProcessorContext<String, MessageLite> context;
    private KeyValueStore<String, byte[]> store;

    ObservationProcessor(
            CameraProcessor.Options options,
            Supplier<DefinitionSnapshot> definitions,
            RecordLag lag,
            EventKinds events,
            ShareGauges shares) {
        this.options = options;
        this.definitions = definitions;
        this.lag = lag;
        this.events = events;
        this.shares = shares;
    }

    /** @throws UnreadableStateException when a newer version wrote the store */
    @Override
    public void init(ProcessorContext<String, MessageLite> context) {
        this.context = context;
        this.store = context.getStateStore(StreamTopology.STORE);
        // A task whose commit failed starts again here, and what it had not committed is still on the heap.
        cameras.clear();
        lastTickMs = 0;
        for (String camera : CameraStore.cameras(store)) {
            CameraProcessor processor = processor(camera);
            CameraStore.load(store, camera, processor);
            cameras.put(camera, processor);
        }
        context.<BeforeCommit>getStateStore(BeforeCommit.NAME).run(this::saveChanges);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        lag.begin();
        try {
            if (record.key() == null || record.value() == null) {
                throw new MalformedRecordException("An observation has its camera as key, and a value");
            }
            String camera = new String(record.key(), StandardCharsets.UTF_8);
            MDC.put("camera", camera);
            process(camera, Topic.OBSERVATIONS.parse(record.value()), record.timestamp());
        } catch (MalformedRecordException e) {
            deadLetter(record, e.getMessage());
        } finally {
            lag.done(record.timestamp());
            MDC.remove("camera");
            MDC.remove("frame");
        }
    }

    private void process(String camera, Observation observation, long recordAtMs) {
        MDC.put(
                "frame",
                observation.getFrame().getEpoch() + "/" + observation.getFrame().getSequence());
        CameraProcessor processor = cameras.computeIfAbsent(camera, this::processor);
        Forwarder output = new Forwarder(camera, processor);
        processor.update(definitions.get(), output);
        count(processor.observe(observation, recordAtMs, context.currentSystemTimeMs(), output), processor);
        TopologyMetrics.CLOCK_OFFSET.labels(camera).set((observation.getCapturedAtMs() - recordAtMs) / 1_000.0);
    }

    private void saveChanges() {
        cameras.forEach((camera, processor) -> processor.saveChanges(CameraStore.writer(store, camera)));
    }

    private void tick(long nowMs) {
        if (lastTickMs > 0 && nowMs - lastTickMs > HELD_UP_MS) {
            cameras.values().forEach(processor -> processor.listenFrom(nowMs));
        }
        lastTickMs = nowMs;
        cameras.forEach((camera, processor) -> {
            Forwarder output = new Forwarder(camera, processor);
            processor.update(definitions.get(), output);
            processor.tick(nowMs, output);
            if (processor.isGone(nowMs) || processor.isErased()) {
                processor.forget(CameraStore.writer(store, camera), output);
                CameraStore.erase(store, camera);
                TopologyMetrics.CLOCK_OFFSET.remove(camera);
            }
        });
        cameras.values().removeIf(processor -> processor.isGone(nowMs) || processor.isErased());
        shares.clean(definitions.get(), nowMs);
    }

    /** Another task, here or in another process, has the cameras from now on. */
    @Override
    public void close() {
        cameras.keySet().forEach(shares::left);
    }

    private CameraProcessor processor(String camera) {
        return new CameraProcessor(camera, options, context.currentSystemTimeMs());
    }

    private void deadLetter(Record<byte[], byte[]> record, String reason) {
        RecordMetadata from = context.recordMetadata().orElseThrow();
        DeadLetter letter = DeadLetters.letter(
                TopologyRole.NAME,
                from.topic(),
                from.partition(),
                from.offset(),
                record.key(),
                record.value(),
                reason,
                record.timestamp());
        RecordHeaders headers = new RecordHeaders();
        String id = from.topic() + "/" + from.partition() + "/" + from.offset();
        Sender.addHeaders(headers, Topic.DEAD_LETTER, TopologyRole.NAME, id, record.timestamp());
        context.forward(
                new Record<>(from.topic(), letter, context.currentSystemTimeMs(), headers),
                StreamTopology.DEAD_LETTERS);
    }

    private void count(CameraProcessor.Arrival arrival, CameraProcessor processor) {
        TopologyMetrics.OBSERVATIONS.inc();
        if (arrival == CameraProcessor.Arrival.LATE) {
            TopologyMetrics.LATE.inc();
        } else if (arrival == CameraProcessor.Arrival.REPEATED) {
            TopologyMetrics.REPEATED.inc();
        }
        if (processor.eventTimeMs() >= 0) {
            TopologyMetrics.EVENT_TIME_LAG.set((context.currentSystemTimeMs() - processor.eventTimeMs()) / 1_000.0);
        }
    }

    /**
     * Sends on with identities and event times that are the same however often a record is processed. The record's own
     * time is the event time too, but never later than the wall clock: the broker refuses a record from further ahead
     * than an hour, and a refused record ends the stream thread with all its cameras.
     */
    private final class Forwarder implements CameraProcessor.Output {
        private final String camera;
        private final CameraProcessor processor;

        Forwarder(String camera, CameraProcessor processor) {
            this.camera = camera;
            this.processor = processor;
        }

        @Override
        public void area(Area area) {
            if (area.getFinal()) {
                TopologyMetrics.WINDOWS
                        .labels(Long.toString(area.getWindowMs() / 1_000))
                        .inc();
            }
            shares.closed(area, definitions.get(), context.currentSystemTimeMs());
            String id = EventIds.of(area);
            long endMs = area.getWindowStartMs() + area.getWindowMs();
            // An open window ends in the future, and a record from there would keep the broker from deleting its
            // segment.
            long atMs = area.getFinal() ? endMs : Math.min(endMs, processor.eventTimeMs());
            forward(Topic.AREAS, StreamTopology.AREAS, camera, id, atMs, area);
            if (area.getFinal() && area.getWindowMs() == MINUTE_MS) {
                forward(Topic.AREA_MINUTES, StreamTopology.AREA_MINUTES, camera, id, atMs, area);
            } else if (area.getFinal() && area.getWindowMs() == HOUR_MS) {
                forward(Topic.AREA_HOURS, StreamTopology.AREA_HOURS, camera, id, atMs, area);
            }
            if (events.areas() && area.getFinal() && area.getWindowMs() >= events.shortestMs()) {
                forward(Topic.AREA_EVENTS, StreamTopology.AREA_EVENTS, camera, id, atMs, area);
            }
        }

        @Override
        public void alert(Alert alert) {
            TopologyMetrics.ALERTS
                    .labels(alert.getRule(), alert.getState().name())
                    .inc();
            String id = EventIds.of(alert);
            forward(Topic.ALERTS, StreamTopology.ALERTS, camera, id, alert.getAtMs(), alert);
            if (events.alerts()) {
                forward(Topic.ALERT_EVENTS, StreamTopology.ALERT_EVENTS, camera, id, alert.getAtMs(), alert);
            }
        }

        @Override
        public void calibration(String key, Calibration calibration) {
            // A tombstone has no event time of its own.
            long atMs = calibration == null ? context.currentSystemTimeMs() : calibration.getAtMs();
            TopologyMetrics.drifted(key, calibration);
            forward(Topic.CALIBRATIONS, StreamTopology.CALIBRATIONS, key, key + "/" + atMs, atMs, calibration);
        }

        @Override
        public void clockReset(long fromMs, long toMs) {
            TopologyMetrics.CLOCK_RESETS.labels(camera).inc();
            log.warn(
                    "Event time or frame numbers of camera {} were ahead of its observations for 10 s; event time goes"
                            + " from {} to {}. Check the clocks of the camera and of the hosts that ingest and infer.",
                    camera,
                    Instant.ofEpochMilli(fromMs),
                    Instant.ofEpochMilli(toMs));
        }

        private void forward(Topic<?> topic, String sink, String key, String id, long atMs, MessageLite value) {
            RecordHeaders headers = new RecordHeaders();
            Sender.addHeaders(headers, topic, TopologyRole.NAME, id, atMs);
            long recordAtMs = Math.max(0, Math.min(atMs, System.currentTimeMillis()));
            context.forward(new Record<>(key, value, recordAtMs, headers), sink);
        }
    }
}
