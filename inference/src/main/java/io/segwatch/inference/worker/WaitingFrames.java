package io.segwatch.inference.worker;

import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Topic;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.JpegHeader;
import io.segwatch.v1.Frame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest frame of each camera that was read and is not decoded; older ones are counted as skipped. A camera keeps
 * its turn when a newer frame comes. For one thread.
 */
final class WaitingFrames {
    /** Keys of frames are not bounded otherwise; beyond these, the frame that has waited longest is left out. */
    static final int MAX_CAMERAS = 1_000;

    /**
     * A frame that waits for the encoder.
     *
     * @param size as its JPEG declares it, pixels
     * @param geometry its place in the encoder's input
     * @param skipped older frames of the camera that it replaced
     * @param since the first of these, or it, was the so manieth frame that was added
     */
    record WaitingFrame(
            ConsumerRecord<String, byte[]> record,
            Frame frame,
            JpegHeader size,
            InputGeometry geometry,
            int skipped,
            long since) {}

    private final FrameDecoder decoder;
    private final FailedFrames failed;
    private final Map<String, WaitingFrame> newest = new LinkedHashMap<>();
    private long added;

    WaitingFrames(FrameDecoder decoder, FailedFrames failed) {
        this.decoder = decoder;
        this.failed = failed;
    }

    /** Adds a record; a malformed one goes to dead-letter and leaves the camera's last valid frame waiting. */
    void add(ConsumerRecord<String, byte[]> record) {
        try {
            Frame frame = parse(record);
            JpegHeader size = decoder.header(frame);
            InputGeometry geometry = decoder.geometry(frame, size);
            added++;
            WaitingFrame before = newest.get(record.key());
            if (before == null) {
                makeRoom();
                newest.put(record.key(), new WaitingFrame(record, frame, size, geometry, 0, added));
            } else {
                newest.put(
                        record.key(),
                        new WaitingFrame(record, frame, size, geometry, before.skipped + 1, before.since));
            }
        } catch (MalformedRecordException | IllegalArgumentException e) {
            failed.put(record, e);
        }
    }

    private static Frame parse(ConsumerRecord<String, byte[]> record) {
        if (record.key() == null || record.value() == null) {
            throw new IllegalArgumentException("a frame needs its camera as key, and a value");
        }
        Frame frame = Topic.FRAMES.parse(record.value());
        if (!record.key().equals(frame.getId().getCamera())) {
            throw new IllegalArgumentException("the record's key is " + record.key() + ", the frame's camera "
                    + frame.getId().getCamera() + "; they must be the same");
        }
        return frame;
    }

    private void makeRoom() {
        if (newest.size() >= MAX_CAMERAS) {
            Iterator<WaitingFrame> eldestFirst = newest.values().iterator();
            skip(eldestFirst.next());
            eldestFirst.remove();
        }
    }

    /** Removes and returns the frame whose turn it is and others of its input size; there must be one. */
    List<WaitingFrame> takeBatch(int maxBatch) {
        List<WaitingFrame> batch = new ArrayList<>();
        Iterator<WaitingFrame> eldestFirst = newest.values().iterator();
        while (eldestFirst.hasNext() && batch.size() < maxBatch) {
            WaitingFrame one = eldestFirst.next();
            if (batch.isEmpty() || haveOneSize(batch.get(0).geometry, one.geometry)) {
                batch.add(one);
                eldestFirst.remove();
            }
        }
        return batch;
    }

    /** How many frames {@link #takeBatch} would return. */
    int together(int maxBatch) {
        return (int) newest.values().stream()
                .filter(one -> haveOneSize(newest.values().iterator().next().geometry, one.geometry))
                .limit(maxBatch)
                .count();
    }

    private static boolean haveOneSize(InputGeometry one, InputGeometry other) {
        return one.inputWidth() == other.inputWidth() && one.inputHeight() == other.inputHeight();
    }

    /** Leaves out the frames that came from these partitions. */
    void drop(Collection<TopicPartition> partitions) {
        newest.values().removeIf(one -> {
            boolean gone = partitions.contains(new TopicPartition(one.record.topic(), one.record.partition()));
            if (gone) {
                skip(one);
            }
            return gone;
        });
    }

    /**
     * Removes and returns the frames of these cameras, which are observed elsewhere; those that they replaced are not.
     */
    List<WaitingFrame> take(Predicate<String> cameras) {
        List<WaitingFrame> taken = newest.values().stream()
                .filter(one -> cameras.test(one.record.key()))
                .toList();
        newest.values().removeAll(taken);
        taken.forEach(one -> InferenceMetrics.SKIPPED.inc(one.skipped));
        return taken;
    }

    private static void skip(WaitingFrame frame) {
        InferenceMetrics.SKIPPED.inc(frame.skipped + 1);
    }

    boolean isEmpty() {
        return newest.isEmpty();
    }

    Stream<WaitingFrame> frames() {
        return newest.values().stream();
    }

    /** Frames added since the start. */
    long added() {
        return added;
    }
}
