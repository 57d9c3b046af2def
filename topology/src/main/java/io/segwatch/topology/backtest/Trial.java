package io.segwatch.topology.backtest;

import io.segwatch.contracts.Definitions;
import io.segwatch.topology.area.Zones;
import io.segwatch.topology.calibration.Distribution;
import io.segwatch.topology.camera.MalformedObservation;
import io.segwatch.topology.camera.Measurement;
import io.segwatch.topology.rule.RuleEngine;
import io.segwatch.topology.rule.RulePlan;
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

/** One rule, and the same rule at other thresholds, over the same frames. */
final class Trial {
    private static final int MAX_ALERTS = 10_000;
    /** Of a change against the usual, standard deviations: the histogram's end. */
    private static final double MOST_DEVIATIONS = 10;

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
    private final RulePlan plan;
    private final Measurement measurement;
    private final RuleEngine engine;
    private final List<Variant> variants = new ArrayList<>();
    private final List<Alert> alerts = new ArrayList<>();
    private final Distribution distribution = new Distribution();
    /** From the rule's number to the distribution's 0..1. */
    private final double scale;

    private final Past past;
    private long frames;
    private long unanswered;

    Trial(
            String id,
            Camera camera,
            Map<String, Query> queries,
            Map<String, Calibration> calibrations,
            Rule rule,
            RuleEngine.Limits limits) {
        Zones zones = new Zones(camera);
        if (zones.indexOf(rule.getZone()) < 0) {
            throw new IllegalArgumentException("rule.zone: the camera has no zone " + rule.getZone());
        }
        Function<String, String> nameOf =
                query -> queries.containsKey(query) ? queries.get(query).getText() : query;
        this.rule = rule;
        this.past = new Past(id, camera, zones, calibrations);
        this.scale = isChange() ? (rule.getBelow() ? -MOST_DEVIATIONS : MOST_DEVIATIONS) : 1;
        this.plan = new RulePlan(id, zones, List.of(rule), nameOf);
        this.measurement = new Measurement(zones, plan.signals());
        this.engine = new RuleEngine(id, limits);
        engine.follow(plan, this::keep);
        for (double factor : rule.getEnter() == 0 ? new double[0] : FACTORS) {
            double enter = rule.getEnter() * factor;
            if (Math.abs(enter) <= (isChange() ? Definitions.MAX_DEVIATIONS : 1)) {
                RuleEngine other = new RuleEngine(id, limits);
                other.follow(new RulePlan(id, zones, List.of(at(enter)), nameOf), this::keep);
                variants.add(new Variant(enter, other));
            }
        }
    }

    /** Alerts that the cap would hold back count too: the question is how often the rule fires. */
    private Rule at(double enter) {
        double exit = rule.getExit() * enter / rule.getEnter();
        return rule.toBuilder()
                .setEnter(enter)
                .setExit(isChange() ? exit : Math.min(1, exit))
                .clearMaxAlertsPerHour()
                .build();
    }

    void frame(long atMs, Observation observation) {
        try {
            measurement.measure(observation);
        } catch (MalformedObservation e) {
            // The live role puts it aside as well.
            return;
        }
        double[] signals = measurement.signals(atMs, past);
        double value = plan.value(signals);
        frames++;
        unanswered += Double.isNaN(value) ? 1 : 0;
        distribution.add(value / scale);
        engine.frame(atMs, observation.getFrame(), signals, this::keep);
        for (Variant variant : variants) {
            variant.engine.frame(atMs, observation.getFrame(), signals, variant::count);
        }
    }

    void end(long atMs) {
        engine.advance(atMs, this::keep);
    }

    private boolean isChange() {
        return rule.getMeasure() == Rule.Measure.CHANGE;
    }

    private void keep(Alert alert) {
        if (alerts.size() < MAX_ALERTS) {
            alerts.add(alert);
        }
    }

    BacktestReport.Builder report() {
        BacktestReport.Builder report = BacktestReport.newBuilder()
                .addAllAlerts(alerts)
                .setFrames(frames)
                .setUnanswered(unanswered)
                .setHistogramTo(Math.abs(scale))
                .addAllHistogram(distribution.histogram());
        distribution
                .suggest(rule.getBelow() && !isChange())
                .ifPresent(suggestion -> report.setSuggestedEnter(scale * suggestion.enter())
                        .setSuggestedExit(scale * suggestion.exit()));
        variants.forEach(variant -> report.addEffects(
                ThresholdEffect.newBuilder().setEnter(variant.enter).setOpened(variant.opened)));
        return report;
    }
}
