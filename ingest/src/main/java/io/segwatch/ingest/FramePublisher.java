package io.segwatch.ingest;

import io.segwatch.kafka.Sender;
import io.segwatch.v1.Frame;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends one camera's frames to Kafka without waiting: few are in flight, the others are dropped and counted. */
final class FramePublisher {
    private final Sender<Frame> sender;
    private final int most;
    private final IngestMetrics metrics;
    private final Status status;
    private final AtomicInteger inFlight = new AtomicInteger();

    FramePublisher(Sender<Frame> sender, int most, IngestMetrics metrics, Status status) {
        this.sender = sender;
        this.most = most;
        this.metrics = metrics;
        this.status = status;
    }

    /** Whether a frame may be sent now; checked before the frame is encoded. */
    boolean ready() {
        if (inFlight.get() < most) {
            return true;
        }
        drop(IngestMetrics.Drop.KAFKA_BEHIND);
        return false;
    }

    /** A frame that was due is not published. */
    void drop(IngestMetrics.Drop why) {
        metrics.drop(why);
        status.dropped(why);
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
            metrics.published();
            status.published();
        } else {
            drop(IngestMetrics.Drop.KAFKA_FAILED);
        }
    }
}
