package io.segwatch.dashboard.evidence;

import io.segwatch.v1.Alert;
import io.segwatch.v1.Evidence.Moment;
import io.segwatch.v1.FrameId;
import java.util.Optional;

/**
 * A frame that an alert is remembered by.
 *
 * @param atMs when it was taken, event time
 * @param value the rule's measure at it
 */
record AlertMoment(Moment moment, FrameId frame, long atMs, double value) {
    /** @param opened the alert as it was when it opened */
    static AlertMoment opening(Alert opened) {
        return new AlertMoment(Moment.OPEN, opened.getEvidence(), opened.getOpenedAtMs(), opened.getValue());
    }

    /** Where it was furthest so far; empty where an older version did not say. */
    static Optional<AlertMoment> peak(Alert alert) {
        return alert.hasPeakFrame()
                ? Optional.of(new AlertMoment(Moment.PEAK, alert.getPeakFrame(), alert.getPeakAtMs(), alert.getPeak()))
                : Optional.empty();
    }

    /** The last frame that it was open in; empty while it is. */
    static Optional<AlertMoment> end(Alert alert) {
        if (alert.getState() != Alert.State.CLOSE) {
            return Optional.empty();
        }
        long atMs = alert.getEvidenceAtMs() > 0 ? alert.getEvidenceAtMs() : alert.getAtMs();
        return Optional.of(new AlertMoment(Moment.END, alert.getEvidence(), atMs, alert.getValue()));
    }

    /** By which it is known whether it was kept: each alert has one opening and one end, and peaks by their frames. */
    String key(String alert) {
        String which = moment == Moment.PEAK ? "/" + frame.getEpoch() + "-" + frame.getSequence() : "";
        return alert + "/" + moment + which;
    }
}
