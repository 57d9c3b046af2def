package io.segwatch.inference.worker;

import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.worker.WaitingFrames.WaitingFrame;
import java.util.List;

/**
 * Frames of one input size and of different cameras, decoded.
 *
 * @param images the encoder's input, in the order of the frames; it may have room for more
 */
record FrameBatch(List<WaitingFrame> frames, ImageBatch images) {}
