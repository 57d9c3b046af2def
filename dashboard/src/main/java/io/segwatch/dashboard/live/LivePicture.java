package io.segwatch.dashboard.live;

import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Observation;
import java.util.Optional;

/**
 * A frame with what is drawn over it.
 *
 * @param source the frame
 * @param observation what was seen in it; empty when that did not come in time
 * @param readAtNanos System.nanoTime() when it had been read
 */
public record LivePicture(Frame source, Optional<Observation> observation, long readAtNanos) {
    static LivePicture of(Frame frame, Optional<Observation> observation) {
        return new LivePicture(frame, observation, System.nanoTime());
    }

    /** Whose picture it is. */
    public FrameId frame() {
        return source.getId();
    }

    String camera() {
        return source.getId().getCamera();
    }

    /** Capture clock, milliseconds since 1970. */
    public long capturedAtMs() {
        return source.getCapturedAtMs();
    }

    /** Frames a second that are expected of the camera. */
    public double targetFps() {
        return source.getTargetFps();
    }

    /** A copy of the frame's picture. */
    public byte[] jpeg() {
        return source.getJpeg().toByteArray();
    }

    /** Milliseconds since it was read, whatever the clocks of camera and service say. */
    public long ageMs() {
        return (System.nanoTime() - readAtNanos) / 1_000_000;
    }

    /** Whether it comes after the other of the same camera. */
    boolean isAfter(FrameId other) {
        return frame().getEpoch() > other.getEpoch()
                || frame().getEpoch() == other.getEpoch() && frame().getSequence() > other.getSequence();
    }
}
