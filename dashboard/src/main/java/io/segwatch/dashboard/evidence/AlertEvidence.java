package io.segwatch.dashboard.evidence;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Clip;
import io.segwatch.v1.Evidence;
import io.segwatch.v1.Evidence.Moment;
import io.segwatch.v1.Query;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Zone;
import java.awt.Color;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The pictures and the video of an alert: those that were kept, or pictures made of its frames. Blocks. Threadsafe. */
public final class AlertEvidence {
    private static final Color DEFAULT_COLOR = new Color(0x36a3ff);
    private static final String FIELD = "evidence";
    /** How long after its opening a clip is waited for: the video's end, and making it. */
    private static final long CLIP_WITHIN_MS = 60_000;

    /** What is defined now, by id. */
    public record Defined(
            Function<String, Optional<Camera>> cameras,
            Function<String, Optional<Query>> queries,
            Function<String, Optional<Rule>> rules) {}

    /**
     * How a picture is wanted: with masks, zone and a line of text, or as the camera took it; in full size or small.
     */
    public record Drawing(boolean overlay, boolean small) {}

    private final PastFrames pastFrames;
    private final Defined defined;
    private final EvidenceMaker maker;

    public AlertEvidence(PastFrames pastFrames, Defined defined) {
        this.pastFrames = pastFrames;
        this.defined = defined;
        this.maker = new EvidenceMaker(pastFrames, defined);
    }

    EvidenceMaker maker() {
        return maker;
    }

    Defined defined() {
        return defined;
    }

    /**
     * The frame at which an alert opened, as JPEG, if it was kept.
     *
     * @throws HttpProblem (404) when it may not be shown
     */
    public Optional<byte[]> kept(String alert, String camera, long openedAtMs, Drawing drawing) {
        Camera shown = camera(camera);
        return pastFrames
                .evidence(alert, camera, openedAtMs, AlertEvidence::isOpening)
                .map(evidence -> drawn(evidence, shown, drawing));
    }

    private static boolean isOpening(Evidence evidence) {
        return evidence.getMoment() == Moment.OPEN || evidence.getMoment() == Moment.MOMENT_UNSPECIFIED;
    }

    /**
     * The opening made of the alert's frame, as JPEG.
     *
     * @param opened the alert as it was when it opened
     * @throws HttpProblem (404) when the frame is gone, or may not be shown
     */
    public byte[] opening(Alert opened, Drawing drawing) {
        return drawn(maker.make(opened, AlertMoment.opening(opened)), camera(opened.getCamera()), drawing);
    }

    /**
     * The frame at which an alert was furthest, as JPEG.
     *
     * @param newest the alert as it stands
     * @throws HttpProblem (404) when it was not kept and its frame is gone, or it may not be shown
     */
    public byte[] peak(Alert newest, Drawing drawing) {
        Camera shown = camera(newest.getCamera());
        AlertMoment peak = AlertMoment.peak(newest)
                .orElseThrow(() -> missing("has no peak: the alert was written by an older version, which noted none"));
        if (peak.atMs() == newest.getOpenedAtMs()) {
            Optional<byte[]> same = kept(newest.getId(), newest.getCamera(), newest.getOpenedAtMs(), drawing);
            if (same.isPresent()) {
                return same.get();
            }
        }
        Optional<AlertMoment> end = AlertMoment.end(newest);
        if (end.isPresent() && end.get().frame().equals(peak.frame())) {
            return end(newest, drawing);
        }
        Optional<Evidence> kept = kept(newest, peak);
        if (kept.isPresent()) {
            return drawn(kept.get(), shown, drawing);
        }
        try {
            return drawn(maker.make(newest, peak), shown, drawing);
        } catch (HttpProblem gone) {
            return pastFrames
                    .lastPeak(newest.getId(), newest.getCamera(), newest.getOpenedAtMs(), newest.getAtMs())
                    .map(evidence -> drawn(evidence, shown, drawing))
                    .orElseThrow(() -> gone);
        }
    }

    /** The last frame that an alert was open in, as JPEG; otherwise as {@link #peak}. */
    public byte[] end(Alert newest, Drawing drawing) {
        Camera shown = camera(newest.getCamera());
        AlertMoment end = AlertMoment.end(newest).orElseThrow(() -> missing("has no end yet: the alert is still open"));
        return drawn(kept(newest, end).orElseGet(() -> maker.make(newest, end)), shown, drawing);
    }

    private Optional<Evidence> kept(Alert alert, AlertMoment moment) {
        return pastFrames.evidence(
                alert.getId(),
                alert.getCamera(),
                moment.atMs(),
                found ->
                        found.getMoment() == moment.moment() && found.getFrame().equals(moment.frame()));
    }

    /**
     * The video of an alert.
     *
     * @throws HttpProblem (404) when there is none, or not yet, or it may not be shown, with the reason
     */
    public Clip clip(String alert, String camera, long openedAtMs) {
        Camera shown = camera(camera);
        Clip clip = pastFrames.clip(alert, camera, openedAtMs).orElseThrow(() -> noClip(openedAtMs));
        checkHidden(clip.getHiddenQueriesList(), shown);
        if (!clip.getPrivacyMasksList().containsAll(shown.getPrivacyMasksList())) {
            throw HttpProblem.of(
                    404, "clip", "was made before a privacy mask of this camera was drawn, and is not shown any more");
        }
        return clip;
    }

    private static HttpProblem noClip(long openedAtMs) {
        boolean soon = System.currentTimeMillis() - openedAtMs < CLIP_WITHIN_MS;
        return HttpProblem.of(
                404,
                "clip",
                soon
                        ? "is not made yet: it shows 5 s after the opening, too; try again in half a minute"
                        : "is not kept: segwatch.retention.clips has taken it, or it was never made, because the"
                                + " dashboard did not run within the minutes that frames are kept"
                                + " (segwatch.retention.frames)");
    }

    private byte[] drawn(Evidence evidence, Camera shown, Drawing drawing) {
        checkHidden(evidence.getHiddenQueriesList(), shown);
        byte[] jpeg = evidence.getJpeg().toByteArray();
        boolean draw = drawing.overlay() && evidence.getMoment() != Moment.MOMENT_UNSPECIFIED;
        if (!draw && !drawing.small() && shown.getPrivacyMasksCount() == 0) {
            return jpeg;
        }
        String name = shown.getName().isEmpty() ? shown.getId() : shown.getName();
        Optional<Zone> zone = evidence.hasZone() ? Optional.of(evidence.getZone()) : Optional.empty();
        try {
            return EvidencePicture.draw(
                    jpeg,
                    drawing.small(),
                    shown.getPrivacyMasksList(),
                    draw
                            ? Optional.of(new EvidencePicture.Overlay(
                                    evidence.getQueriesList(),
                                    colors(evidence),
                                    zone,
                                    EvidenceCaption.text(name, evidence.getCapturedAtMs(), shown.getTimeZone())))
                            : Optional.empty());
        } catch (IOException e) {
            throw missing("cannot be drawn: " + e.getMessage());
        }
    }

    /** What is to be hidden now was not, where it is hidden since a later moment. */
    private static void checkHidden(List<String> hidden, Camera shown) {
        if (!hidden.containsAll(shown.getHiddenQueriesList())) {
            throw missing("was kept before " + String.join(", ", shown.getHiddenQueriesList())
                    + " were to be hidden on this camera, and is not shown any more");
        }
    }

    /** Of a camera that is there, for one that is gone no longer says what it hides. */
    private Camera camera(String id) {
        return defined.cameras().apply(id).orElseThrow(() -> missing("is not shown: its camera was removed"));
    }

    /** The problem (404) of a picture that is not there. */
    public static HttpProblem missing(String why) {
        return HttpProblem.of(404, FIELD, why);
    }

    private Map<String, Color> colors(Evidence evidence) {
        Map<String, Color> colors = new HashMap<>();
        for (QueryMask query : evidence.getQueriesList()) {
            String color = defined.queries()
                    .apply(query.getQuery())
                    .map(Query::getColor)
                    .orElse("");
            colors.put(query.getQuery(), color.isEmpty() ? DEFAULT_COLOR : Color.decode(color));
        }
        return colors;
    }
}
