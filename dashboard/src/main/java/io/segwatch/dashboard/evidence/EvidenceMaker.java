package io.segwatch.dashboard.evidence;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Expression;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Makes what is kept of an alert's moment, of its frame and its observation. Blocks. Threadsafe. */
final class EvidenceMaker {
    private final PastFrames pastFrames;
    private final AlertEvidence.Defined defined;

    EvidenceMaker(PastFrames pastFrames, AlertEvidence.Defined defined) {
        this.pastFrames = pastFrames;
        this.defined = defined;
    }

    /** @throws HttpProblem (404) when the frame is gone, or may not be shown */
    Evidence make(Alert alert, AlertMoment moment) {
        Frame frame = pastFrames
                .frame(moment.frame(), moment.atMs())
                .orElseThrow(() -> AlertEvidence.missing(
                        "is no longer kept: neither a picture of this moment of the alert, nor the frame it was"
                                + " made of (segwatch.retention.evidence, segwatch.retention.frames)"));
        Optional<Observation> observation = pastFrames.observation(moment.frame(), moment.atMs());
        Camera camera = camera(alert.getCamera());
        Evidence.Builder made = Evidence.newBuilder()
                .setAlert(alert.getId())
                .setCamera(alert.getCamera())
                .setOpenedAtMs(alert.getOpenedAtMs())
                .setMoment(moment.moment())
                .setFrame(frame.getId())
                .setCapturedAtMs(frame.getCapturedAtMs())
                .setWidth(frame.getWidth())
                .setHeight(frame.getHeight())
                .setValue(moment.value())
                .addAllQueries(masks(alert, observation))
                .addAllHiddenQueries(camera.getHiddenQueriesList());
        camera.getZonesList().stream()
                .filter(each -> each.getId().equals(alert.getZone()))
                .findFirst()
                .ifPresent(made::setZone);
        try {
            return made.setJpeg(ByteString.copyFrom(EvidencePicture.hidden(frame, observation, camera)))
                    .build();
        } catch (IOException e) {
            throw AlertEvidence.missing("cannot be drawn: " + e.getMessage());
        }
    }

    /** Of a camera that is there, for one that is gone no longer says what it hides. */
    private Camera camera(String id) {
        return defined.cameras()
                .apply(id)
                .orElseThrow(() -> AlertEvidence.missing("is not shown: its camera was removed"));
    }

    private List<QueryMask> masks(Alert alert, Optional<Observation> observation) {
        Optional<Collection<String>> wanted = queriesOf(alert);
        return observation.map(Observation::getQueriesList).orElse(List.of()).stream()
                .filter(query -> wanted.isEmpty() || wanted.get().contains(query.getQuery()))
                .toList();
    }

    /** What the alert's rule looks at; empty when the rule is gone. */
    private Optional<Collection<String>> queriesOf(Alert alert) {
        return Definitions.driftingQuery(alert.getRule())
                .<Collection<String>>map(List::of)
                .or(() -> defined.rules().apply(alert.getRule()).map(Expression::queriesOf));
    }
}
