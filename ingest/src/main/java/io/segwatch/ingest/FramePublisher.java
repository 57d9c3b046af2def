package io.segwatch.ingest;

import io.segwatch.kafka.Sender;
import io.segwatch.v1.Frame;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands one camera's frames to Kafka without waiting for it: few are under way, the others are dropped and counted. */
final class FramePublisher {
    private final Sender<Frame> sender;
    private final int most;
    private final Metrics metrics;
    private final Status status;
    private final AtomicInteger inFlight = new AtomicInteger();

    FramePublisher(Sender<Frame> sender, int most, Metrics metrics, Status status) {
        this.sender = sender;
        this.most = most;
        this.metrics = metrics;
        this.status = status;
    }

    /** Whether a frame may be sent now; ask before encoding it. */
    boolean ready() {
        if (inFlight.get() < most) {
            return true;
        }
        metrics.drop(Metrics.Drop.KAFKA_BEHIND);
        return false;
    }

    void publish(Frame frame) {
        inFlight.incrementAndGet();
        try {
            sender.send(frame.getId().getCamera(), frame, (written, failure) -> done(failure));
        } catch (RuntimeException e) {
            done(e);
        }
    }

    private void done(Exception failure) {
        inFlight.decrementAndGet();
        if (failure == null) {
            metrics.framesPublished.inc();
            status.published();
        } else {
            metrics.drop(Metrics.Drop.KAFKA_FAILED);
        }
    }
}
