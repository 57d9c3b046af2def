package io.segwatch.inference.worker;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.JpegHeader;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.v1.Frame;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The newest frame of each camera that was read; older ones are counted as skipped. For one thread. */
final class WaitingFrames {
    /**
     * A frame that waits for the encoder.
     *
     * @param size as its JPEG declares it, pixels
     * @param geometry its place in the encoder's input
     * @param skipped older frames of the camera that it replaced
     */
    record WaitingFrame(
            ConsumerRecord<String, byte[]> record, Frame frame, JpegHeader size, InputGeometry geometry, int skipped) {}

    private final FrameDecoder decoder;
    private final DeadLetters deadLetters;
    private final Map<String, WaitingFrame> newest = new LinkedHashMap<>();

    WaitingFrames(FrameDecoder decoder, DeadLetters deadLetters) {
        this.decoder = decoder;
        this.deadLetters = deadLetters;
    }

    /** Adds a record; a malformed one goes to dead-letter and leaves the camera's last valid frame waiting. */
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
            JpegHeader size = decoder.header(frame);
            InputGeometry geometry = decoder.geometry(frame, size);
            WaitingFrame before = newest.remove(record.key());
            int skipped = before == null ? 0 : before.skipped + 1;
            newest.put(record.key(), new WaitingFrame(record, frame, size, geometry, skipped));
        } catch (MalformedRecordException | IllegalArgumentException e) {
            InferenceMetrics.ERRORS.labels("frame").inc();
            deadLetters.put(record, e.getMessage());
        }
    }

    /** Removes and returns all frames, batched by input size, at most {@code maxBatch} in a batch. */
    List<List<WaitingFrame>> takeBatches(int maxBatch) {
        Map<InputGeometry, List<WaitingFrame>> bySize = new LinkedHashMap<>();
        for (WaitingFrame waiting : newest.values()) {
            bySize.computeIfAbsent(
                            new InputGeometry(waiting.geometry.inputWidth(), waiting.geometry.inputHeight(), 0, 0),
                            size -> new ArrayList<>())
                    .add(waiting);
        }
        newest.clear();
        List<List<WaitingFrame>> batches = new ArrayList<>();
        for (List<WaitingFrame> sameSize : bySize.values()) {
            for (int i = 0; i < sameSize.size(); i += maxBatch) {
                batches.add(sameSize.subList(i, Math.min(sameSize.size(), i + maxBatch)));
            }
        }
        return batches;
    }
}
