package io.segwatch.topology.stream;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Sender;
import io.segwatch.topology.camera.CameraWatch;
import io.segwatch.topology.camera.MalformedObservation;
import io.segwatch.topology.camera.Watchlist;
import io.segwatch.topology.state.Saver;
import io.segwatch.topology.window.Windows;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Area;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Observation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.MDC;

/**
 * One partition's cameras. Each has its {@link CameraWatch} on the heap; whatever a record changes in it is written to
 * the store before the next one, so that the transaction holds the offset, the state and the output of the same
 * records.
 */
final class WatchProcessor implements Processor<String, Observation, String, MessageLite> {
    /** Between the camera and the part of its state; no id has it. */
    static final char SEPARATOR = '\n';

    private static final Duration TICK = Duration.ofSeconds(1);

    private final CameraWatch.Settings settings;
    private final Supplier<Watchlist> watchlist;
    private final TreeMap<String, CameraWatch> cameras = new TreeMap<>();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1_024);
    private ProcessorContext<String, MessageLite> context;
    private KeyValueStore<String, byte[]> store;

    WatchProcessor(CameraWatch.Settings settings, Supplier<Watchlist> watchlist) {
        this.settings = settings;
        this.watchlist = watchlist;
    }

    @Override
    public void init(ProcessorContext<String, MessageLite> context) {
        this.context = context;
        this.store = context.getStateStore(StreamTopology.STORE);
        load();
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void process(Record<String, Observation> record) {
        Observation observation = record.value();
        if (record.key() == null || observation == null) {
            throw new MalformedObservation("An observation has its camera as key, and a value");
        }
        MDC.put("camera", record.key());
        MDC.put(
                "frame",
                observation.getFrame().getEpoch() + "/" + observation.getFrame().getSequence());
        try {
            CameraWatch watch = cameras.computeIfAbsent(record.key(), this::watch);
            Output output = new Output(record.key(), watch);
            watch.follow(watchlist.get(), output);
            try {
                count(watch.observe(observation, context.currentSystemTimeMs(), output), watch);
            } finally {
                watch.saveChanges(saver(record.key()));
            }
        } finally {
            MDC.remove("camera");
            MDC.remove("frame");
        }
    }

    private void tick(long nowMs) {
        cameras.forEach((camera, watch) -> {
            Output output = new Output(camera, watch);
            watch.follow(watchlist.get(), output);
            watch.tick(nowMs, output);
            watch.saveChanges(saver(camera));
            if (watch.isGone(nowMs)) {
                watch.forget(saver(camera), output);
            }
        });
        cameras.values().removeIf(watch -> watch.isGone(nowMs));
    }

    private CameraWatch watch(String camera) {
        return new CameraWatch(camera, settings, context.currentSystemTimeMs());
    }

    private void load() {
        try (KeyValueIterator<String, byte[]> parts = store.all()) {
            while (parts.hasNext()) {
                KeyValue<String, byte[]> part = parts.next();
                int separator = part.key.indexOf(SEPARATOR);
                cameras.computeIfAbsent(part.key.substring(0, separator), this::watch)
                        .load(
                                part.key.substring(separator + 1),
                                new DataInputStream(new ByteArrayInputStream(part.value)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The state of the store is not what this version wrote", e);
        }
    }

    private Saver saver(String camera) {
        return (key, part) -> {
            String full = camera + SEPARATOR + key;
            if (part == null) {
                store.delete(full);
            } else {
                store.put(full, bytes(part));
            }
        };
    }

    private byte[] bytes(Saver.Part part) {
        try {
            buffer.reset();
            part.write(new DataOutputStream(buffer));
            return buffer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void count(Windows.Outcome outcome, CameraWatch watch) {
        StreamMetrics.observations.inc();
        if (outcome == Windows.Outcome.LATE) {
            StreamMetrics.late.inc();
        } else if (outcome == Windows.Outcome.REPEATED) {
            StreamMetrics.repeated.inc();
        }
        if (watch.eventTimeMs() >= 0) {
            StreamMetrics.eventTimeLag.set((context.currentSystemTimeMs() - watch.eventTimeMs()) / 1_000.0);
        }
    }

    /** Sends on with identities and times that are the same however often a record is processed. */
    private final class Output implements CameraWatch.Output {
        private final String camera;
        private final CameraWatch watch;

        Output(String camera, CameraWatch watch) {
            this.camera = camera;
            this.watch = watch;
        }

        @Override
        public void area(Area area) {
            if (area.getFinal()) {
                StreamMetrics.windows
                        .labels(Long.toString(area.getWindowMs() / 1_000))
                        .inc();
            }
            String id = String.join(
                    "/",
                    camera,
                    area.getZone(),
                    Integer.toString(area.getZoneVersion()),
                    area.getQuery(),
                    Long.toString(area.getWindowMs()),
                    Long.toString(area.getWindowStartMs()),
                    Integer.toString(area.getFramesSeen()));
            long endMs = area.getWindowStartMs() + area.getWindowMs();
            // An open window ends in the future, and a record from there would keep the broker from deleting its
            // segment.
            long atMs = area.getFinal() ? endMs : Math.min(endMs, watch.eventTimeMs());
            forward(Topic.AREAS, StreamTopology.AREAS, camera, id, atMs, area);
        }

        @Override
        public void alert(Alert alert) {
            StreamMetrics.alerts
                    .labels(alert.getRule(), alert.getState().name())
                    .inc();
            String id = EventIds.of(alert);
            forward(Topic.ALERTS, StreamTopology.ALERTS, camera, id, alert.getAtMs(), alert);
        }

        @Override
        public void calibration(String key, Calibration calibration) {
            // A tombstone has no event time of its own.
            long atMs = calibration == null ? context.currentSystemTimeMs() : calibration.getAtMs();
            StreamMetrics.drifted(key, calibration);
            forward(Topic.CALIBRATIONS, StreamTopology.CALIBRATIONS, key, key + "/" + atMs, atMs, calibration);
        }

        private void forward(Topic<?> topic, String sink, String key, String id, long atMs, MessageLite value) {
            RecordHeaders headers = new RecordHeaders();
            Sender.addHeaders(headers, topic, "topology", id, atMs);
            context.forward(new Record<>(key, value, atMs, headers), sink);
        }
    }
}
