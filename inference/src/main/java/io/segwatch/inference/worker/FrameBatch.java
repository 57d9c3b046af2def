package io.segwatch.inference.worker;

import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import io.segwatch.v1.FrameId;
import java.util.List;
import java.util.stream.Stream;

/**
 * Frames of one input size and of different cameras, decoded.
 *
 * @param frames to be encoded
 * @param images the encoder's input, in the order of the frames; it may have room for more; null where none is encoded
 * @param reused frames that look like an earlier one of their camera
 */
record FrameBatch(List<WaitingFrame> frames, ImageBatch images, List<ReusedFrame> reused) {
    /** A frame, and the earlier one whose encoding answers it. */
    record ReusedFrame(WaitingFrame waiting, FrameId earlier) {}

    Stream<WaitingFrame> all() {
        return Stream.concat(frames.stream(), reused.stream().map(ReusedFrame::waiting));
    }
}
