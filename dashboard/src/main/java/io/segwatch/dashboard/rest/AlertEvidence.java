package io.segwatch.dashboard.rest;

import com.google.protobuf.ByteString;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Expression;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.Zone;
import java.awt.Color;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The picture of an alert as it opened: the one that was kept, or made of its frame. Blocks. Threadsafe. */
final class AlertEvidence {
    private static final Color DEFAULT_COLOR = new Color(0x36a3ff);
    private static final String FIELD = "evidence";

    private final PastFrames pastFrames;
    private final DefinitionStores stores;

    AlertEvidence(PastFrames pastFrames, DefinitionStores stores) {
        this.pastFrames = pastFrames;
        this.stores = stores;
    }

    /**
     * The picture that was kept, if there is one.
     *
     * @throws HttpProblem (404) when it may not be shown
     */
    Optional<byte[]> kept(String alert, String camera, long openedAtMs) {
        Camera shown = camera(camera);
        Optional<Evidence> kept = pastFrames.evidence(alert, camera, openedAtMs);
        if (kept.isPresent() && !kept.get().getHiddenQueriesList().containsAll(shown.getHiddenQueriesList())) {
            throw missing("was kept before " + String.join(", ", shown.getHiddenQueriesList())
                    + " were to be hidden on this camera, and is not shown any more");
        }
        return kept.map(evidence -> evidence.getJpeg().toByteArray());
    }

    /**
     * The picture made of the alert's frame.
     *
     * @param opened the alert as it was when it opened
     * @throws HttpProblem (404) when the frame is gone, or may not be shown
     */
    Evidence made(Alert opened) {
        Frame frame = pastFrames
                .frame(opened.getEvidence(), opened.getOpenedAtMs())
                .orElseThrow(() -> missing("is no longer kept: neither a picture of this alert, nor the frame it was"
                        + " made of (segwatch.retention.evidence, segwatch.retention.frames)"));
        Optional<Observation> observation = pastFrames.observation(opened.getEvidence(), opened.getOpenedAtMs());
        Camera camera = camera(opened.getCamera());
        Optional<Zone> zone = camera.getZonesList().stream()
                .filter(each -> each.getId().equals(opened.getZone()))
                .findFirst();
        String name = camera.getName().isEmpty() ? camera.getId() : camera.getName();
        String caption = EvidenceCaption.text(name, frame.getCapturedAtMs(), camera.getTimeZone());
        try {
            byte[] jpeg = EvidencePicture.draw(
                    frame,
                    observation,
                    new EvidencePicture.Overlay(camera.getHiddenQueriesList(), colors(opened), zone, caption));
            return Evidence.newBuilder()
                    .setAlert(opened.getId())
                    .setCamera(opened.getCamera())
                    .setOpenedAtMs(opened.getOpenedAtMs())
                    .setJpeg(ByteString.copyFrom(jpeg))
                    .addAllHiddenQueries(camera.getHiddenQueriesList())
                    .build();
        } catch (IOException e) {
            throw missing("cannot be drawn: " + e.getMessage());
        }
    }

    /** Of a camera that is there, for one that is gone no longer says what it hides. */
    private Camera camera(String id) {
        return stores.cameras().get(id).orElseThrow(() -> missing("is not shown: its camera was removed"));
    }

    static HttpProblem missing(String why) {
        return HttpProblem.of(404, FIELD, why);
    }

    private Map<String, Color> colors(Alert opened) {
        Map<String, Color> colors = new HashMap<>();
        for (String query : queriesOf(opened)) {
            String color = stores.queries().get(query).map(Query::getColor).orElse("");
            colors.put(query, color.isEmpty() ? DEFAULT_COLOR : Color.decode(color));
        }
        return colors;
    }

    /** What the alert's rule looks at; when the rule is gone, all that is looked for. */
    private Collection<String> queriesOf(Alert opened) {
        return Definitions.driftingQuery(opened.getRule())
                .<Collection<String>>map(List::of)
                .or(() -> stores.rules().get(opened.getRule()).map(Expression::queriesOf))
                .orElseGet(
                        () -> stores.queries().all().stream().map(Query::getId).toList());
    }
}
