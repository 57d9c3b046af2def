package io.segwatch.inference.worker;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.model.Fit;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.v1.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The newest frame of each camera among those that were read; the others are counted as skipped. For one thread. */
final class WaitingFrames {
    /** A frame with the place that it takes in the encoder's input. */
    record Waiting(ConsumerRecord<String, byte[]> record, Frame frame, Fit fit, int skipped) {}

    private final FrameDecoder decoder;
    private final DeadLetters deadLetters;
    private final Map<String, Waiting> newest = new LinkedHashMap<>();

    WaitingFrames(FrameDecoder decoder, DeadLetters deadLetters) {
        this.decoder = decoder;
        this.deadLetters = deadLetters;
    }

    /** Takes a record; a malformed one goes to dead-letter and leaves the camera's last good one waiting. */
    void add(ConsumerRecord<String, byte[]> record) {
        try {
            if (record.key() == null || record.value() == null) {
                throw new IllegalArgumentException("a frame needs its camera as key, and a value");
            }
            Frame frame = Topic.FRAMES.parse(record.value());
            if (!record.key().equals(frame.getId().getCamera())) {
                throw new IllegalArgumentException("the record's key is " + record.key() + ", the frame's camera "
                        + frame.getId().getCamera() + "; they must be the same");
            }
            Fit fit = decoder.fit(frame);
            Waiting before = newest.remove(record.key());
            newest.put(record.key(), new Waiting(record, frame, fit, before == null ? 0 : before.skipped + 1));
        } catch (MalformedRecordException | IllegalArgumentException e) {
            WorkerMetrics.ERRORS.labels("frame").inc();
            deadLetters.put(record, e.getMessage());
        }
    }

    /** Hands all of them over, those of one input size together, at most {@code maxBatch} in a batch. */
    List<List<Waiting>> takeBatches(int maxBatch) {
        Map<Fit, List<Waiting>> bySize = new LinkedHashMap<>();
        for (Waiting waiting : newest.values()) {
            bySize.computeIfAbsent(
                            new Fit(waiting.fit.inputWidth(), waiting.fit.inputHeight(), 0, 0),
                            size -> new ArrayList<>())
                    .add(waiting);
        }
        newest.clear();
        List<List<Waiting>> batches = new ArrayList<>();
        for (List<Waiting> sameSize : bySize.values()) {
            for (int i = 0; i < sameSize.size(); i += maxBatch) {
                batches.add(sameSize.subList(i, Math.min(sameSize.size(), i + maxBatch)));
            }
        }
        return batches;
    }
}
