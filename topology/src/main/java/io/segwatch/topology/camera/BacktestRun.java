package io.segwatch.topology.camera;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.v1.Alert;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.ThresholdEffect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One rule, and the same rule at other thresholds, over a camera's recorded observations: same zones, same clock, same
 * engine as live. The rule starts idle at the beginning of the span. For one thread.
 */
public final class BacktestRun {
    /** A frame's event time may lie so far after the time of its observation's record, milliseconds. */
    public static final long MAX_CLOCK_AHEAD_MS = EventClock.MAX_AHEAD_OF_RECORD_MS;

    private static final int MAX_ALERTS = 10_000;
    /** Of a z-score, standard deviations: the histogram's end. */
    private static final double MAX_Z_SCORE = 10;

    private static final double[] FACTORS = {0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5};

    /** The rule with another enter; its exit moves in proportion. */
    private static final class Variant {
        final double enter;
        final RuleEngine engine;
        int opened;

        Variant(double enter, RuleEngine engine) {
            this.enter = enter;
            this.engine = engine;
        }

        void count(Alert alert) {
            opened += alert.getState() == Alert.State.OPEN ? 1 : 0;
        }
    }

    private final Rule rule;
    private final long fromMs;
    private final long toMs;
    private final EventClock clock = new EventClock();
    private final RulePlan plan;
    private final Measurement measurement;
    private final RuleEngine engine;
    private final List<Variant> variants = new ArrayList<>();
    private final List<Alert> alerts = new ArrayList<>();
    private final Distribution distribution = new Distribution();
    /** From the rule's number to the distribution's 0..1. */
    private final double scale;

    private final RecordedBaseline baseline;
    private long frames;
    private long unanswered;

    /**
     * @param camera its definition, with the rule's zone; its id counts
     * @param queries by id, for their words
     * @param calibrations by key, for rules on a z-score
     * @param rule a valid one, not on drift
     * @param options as the live role has them
     * @param fromMs event time of the first frame, and {@code toMs} of the last, milliseconds
     * @throws IllegalArgumentException when the camera has no such zone, or nothing of it is left
     */
    public BacktestRun(
            Camera camera,
            Map<String, Query> queries,
            Map<String, Calibration> calibrations,
            Rule rule,
            CameraProcessor.Options options,
            long fromMs,
            long toMs) {
        Zones zones = new Zones(camera);
        if (zones.indexOf(rule.getZone()) < 0) {
            throw new IllegalArgumentException("rule.zone: the camera has no zone " + rule.getZone());
        }
        if (zones.isEmpty(zones.indexOf(rule.getZone()))) {
            throw new IllegalArgumentException("rule.zone: the camera's excluded zones leave nothing of "
                    + (rule.getZone().isEmpty() ? "the picture" : rule.getZone()) + "; change one of them");
        }
        Function<String, String> nameOf =
                query -> queries.containsKey(query) ? queries.get(query).getText() : query;
        this.rule = rule;
        this.fromMs = fromMs;
        this.toMs = toMs;
        this.baseline = new RecordedBaseline(camera, zones, calibrations);
        this.scale = isZScore() ? (rule.getBelow() ? -MAX_Z_SCORE : MAX_Z_SCORE) : 1;
        this.plan = new RulePlan(camera.getId(), zones, List.of(rule), nameOf);
        this.measurement = new Measurement(zones, plan.signals());
        this.engine = new RuleEngine(camera.getId(), options);
        engine.update(plan, this::keep);
        for (double factor : rule.getEnter() == 0 ? new double[0] : FACTORS) {
            double enter = rule.getEnter() * factor;
            if (Math.abs(enter) <= (isZScore() ? Definitions.MAX_DEVIATIONS : 1)) {
                RuleEngine other = new RuleEngine(camera.getId(), options);
                other.update(new RulePlan(camera.getId(), zones, List.of(at(enter)), nameOf), this::keep);
                variants.add(new Variant(enter, other));
            }
        }
    }

    /** Alerts that the cap would hold back count too: the question is how often the rule fires. */
    private Rule at(double enter) {
        double exit = rule.getExit() * enter / rule.getEnter();
        return rule.toBuilder()
                .setEnter(enter)
                .setExit(isZScore() ? exit : Math.min(1, exit))
                .clearMaxAlertsPerHour()
                .build();
    }

    /**
     * An observation of the camera, in the order of the records; false when the span has passed.
     *
     * @param recordAtMs time of its record, milliseconds since 1970; 0 for none
     */
    public boolean observe(Observation observation, long recordAtMs) {
        if (observation.getBackfill()) {
            return true;
        }
        long beforeMs = clock.atMs();
        EventClock.FrameTime reading = clock.read(observation, recordAtMs);
        if (reading.reset() && reading.atMs() <= beforeMs) {
            goBack();
        }
        if (reading.newest() && reading.atMs() >= fromMs && reading.atMs() <= toMs) {
            frame(reading.atMs(), observation);
        }
        // While the clock is ahead, frames of the span are still to come.
        return Math.min(reading.atMs(), EventClock.believable(observation, recordAtMs)) <= toMs;
    }

    /** As live. */
    private void goBack() {
        String why = CameraProcessor.CLOCK_PUT_BACK;
        engine.restart(why, this::keep);
        variants.forEach(variant -> variant.engine.restart(why, variant::count));
    }

    private void frame(long atMs, Observation observation) {
        try {
            measurement.measure(observation);
        } catch (MalformedRecordException e) {
            // The live role puts it aside as well.
            return;
        }
        double[] signals = measurement.signals(atMs, baseline);
        double value = plan.value(signals);
        frames++;
        unanswered += Double.isNaN(value) ? 1 : 0;
        distribution.add(value / scale);
        engine.frame(atMs, observation.getFrame(), signals, this::keep);
        for (Variant variant : variants) {
            variant.engine.frame(atMs, observation.getFrame(), signals, variant::count);
        }
    }

    private boolean isZScore() {
        return rule.getMeasure() == Rule.Measure.CHANGE;
    }

    private void keep(Alert alert) {
        if (alerts.size() < MAX_ALERTS) {
            alerts.add(alert);
        }
    }

    /**
     * What the rule would have done.
     *
     * @param nowMs wall clock: event time goes on to it, or to the end of the span when that is earlier
     */
    public BacktestReport.Builder report(long nowMs) {
        engine.advance(Math.min(toMs, nowMs), this::keep);
        BacktestReport.Builder report = BacktestReport.newBuilder()
                .setFromMs(fromMs)
                .setToMs(toMs)
                .addAllAlerts(alerts)
                .setFrames(frames)
                .setUnanswered(unanswered)
                .setHistogramTo(Math.abs(scale))
                .addAllHistogram(distribution.histogram());
        distribution
                .suggest(rule.getBelow() && !isZScore())
                .ifPresent(suggestion -> report.setSuggestedEnter(scale * suggestion.enter())
                        .setSuggestedExit(scale * suggestion.exit()));
        variants.forEach(variant -> report.addEffects(
                ThresholdEffect.newBuilder().setEnter(variant.enter).setOpened(variant.opened)));
        return report;
    }
}
