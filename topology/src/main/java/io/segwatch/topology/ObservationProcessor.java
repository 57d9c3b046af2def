package io.segwatch.topology;

import com.google.protobuf.MessageLite;
import io.segwatch.contracts.EventIds;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Sender;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.topology.camera.DefinitionSnapshot;
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
 * One partition's cameras. Each has its {@link CameraProcessor} on the heap; whatever a record changes in it is written
 * to the store before the next one, so that the transaction holds the offset, the state and the output of the same
 * records.
 */
final class ObservationProcessor implements Processor<String, Observation, String, MessageLite> {
    /** Between the camera and the part of its state; no id has it. */
    static final char SEPARATOR = '\n';

    private static final Duration TICK = Duration.ofSeconds(1);

    private final CameraProcessor.Options options;
    private final Supplier<DefinitionSnapshot> definitions;
    private final TreeMap<String, CameraProcessor> cameras = new TreeMap<>();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1_024);
    private ProcessorContext<String, MessageLite> context;
    private KeyValueStore<String, byte[]> store;

    ObservationProcessor(CameraProcessor.Options options, Supplier<DefinitionSnapshot> definitions) {
        this.options = options;
        this.definitions = definitions;
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
            throw new MalformedRecordException("An observation has its camera as key, and a value");
        }
        MDC.put("camera", record.key());
        MDC.put(
                "frame",
                observation.getFrame().getEpoch() + "/" + observation.getFrame().getSequence());
        try {
            CameraProcessor processor = cameras.computeIfAbsent(record.key(), this::processor);
            Output output = new Output(record.key(), processor);
            processor.update(definitions.get(), output);
            try {
                count(processor.observe(observation, context.currentSystemTimeMs(), output), processor);
            } finally {
                processor.saveChanges(saver(record.key()));
            }
        } finally {
            MDC.remove("camera");
            MDC.remove("frame");
        }
    }

    private void tick(long nowMs) {
        cameras.forEach((camera, processor) -> {
            Output output = new Output(camera, processor);
            processor.update(definitions.get(), output);
            processor.tick(nowMs, output);
            processor.saveChanges(saver(camera));
            if (processor.isGone(nowMs)) {
                processor.forget(saver(camera), output);
            }
        });
        cameras.values().removeIf(processor -> processor.isGone(nowMs));
    }

    private CameraProcessor processor(String camera) {
        return new CameraProcessor(camera, options, context.currentSystemTimeMs());
    }

    private void load() {
        try (KeyValueIterator<String, byte[]> parts = store.all()) {
            while (parts.hasNext()) {
                KeyValue<String, byte[]> part = parts.next();
                int separator = part.key.indexOf(SEPARATOR);
                cameras.computeIfAbsent(part.key.substring(0, separator), this::processor)
                        .load(
                                part.key.substring(separator + 1),
                                new DataInputStream(new ByteArrayInputStream(part.value)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The state of the store is not what this version wrote", e);
        }
    }

    private CameraProcessor.StateWriter saver(String camera) {
        return (key, part) -> {
            String full = camera + SEPARATOR + key;
            if (part == null) {
                store.delete(full);
            } else {
                store.put(full, bytes(part));
            }
        };
    }

    private byte[] bytes(CameraProcessor.StateWriter.Part part) {
        try {
            buffer.reset();
            part.write(new DataOutputStream(buffer));
            return buffer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void count(CameraProcessor.Arrival arrival, CameraProcessor processor) {
        TopologyMetrics.observations.inc();
        if (arrival == CameraProcessor.Arrival.LATE) {
            TopologyMetrics.late.inc();
        } else if (arrival == CameraProcessor.Arrival.REPEATED) {
            TopologyMetrics.repeated.inc();
        }
        if (processor.eventTimeMs() >= 0) {
            TopologyMetrics.eventTimeLag.set((context.currentSystemTimeMs() - processor.eventTimeMs()) / 1_000.0);
        }
    }

    /** Sends on with identities and times that are the same however often a record is processed. */
    private final class Output implements CameraProcessor.Output {
        private final String camera;
        private final CameraProcessor processor;

        Output(String camera, CameraProcessor processor) {
            this.camera = camera;
            this.processor = processor;
        }

        @Override
        public void area(Area area) {
            if (area.getFinal()) {
                TopologyMetrics.windows
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
            long atMs = area.getFinal() ? endMs : Math.min(endMs, processor.eventTimeMs());
            forward(Topic.AREAS, StreamTopology.AREAS, camera, id, atMs, area);
        }

        @Override
        public void alert(Alert alert) {
            TopologyMetrics.alerts
                    .labels(alert.getRule(), alert.getState().name())
                    .inc();
            String id = EventIds.of(alert);
            forward(Topic.ALERTS, StreamTopology.ALERTS, camera, id, alert.getAtMs(), alert);
        }

        @Override
        public void calibration(String key, Calibration calibration) {
            // A tombstone has no event time of its own.
            long atMs = calibration == null ? context.currentSystemTimeMs() : calibration.getAtMs();
            TopologyMetrics.drifted(key, calibration);
            forward(Topic.CALIBRATIONS, StreamTopology.CALIBRATIONS, key, key + "/" + atMs, atMs, calibration);
        }

        private void forward(Topic<?> topic, String sink, String key, String id, long atMs, MessageLite value) {
            RecordHeaders headers = new RecordHeaders();
            Sender.addHeaders(headers, topic, "topology", id, atMs);
            context.forward(new Record<>(key, value, atMs, headers), sink);
        }
    }
}
