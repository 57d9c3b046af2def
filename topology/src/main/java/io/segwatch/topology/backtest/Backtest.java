package io.segwatch.topology.backtest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.role.Backtester;
import io.segwatch.topology.TopologyConfig;
import io.segwatch.topology.rule.RuleEngine;
import io.segwatch.topology.window.EventClock;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.BacktestRequest;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Runs a rule over a camera's recorded observations, by the code that runs it live: same zones, same clock, same
 * engine. The rule starts quiet at the beginning of the span.
 */
public final class Backtest implements Backtester {
    private static final long MAX_SPAN_MS = 7L * 24 * 3_600_000;
    /** Further runs wait: each reads as fast as it can. */
    private static final int MAX_RUNS = 2;

    private final Kafka kafka;
    private final RuleEngine.Limits limits;
    private final Semaphore runs = new Semaphore(MAX_RUNS);

    /** Over the recordings at {@code kafka}, with the live role's settings for the same answers. */
    public Backtest(Kafka kafka, TopologyConfig config) {
        this.kafka = kafka;
        this.limits = config.limits();
    }

    @Override
    public BacktestReport run(BacktestRequest request) {
        long started = System.nanoTime();
        Rule rule = checked(request);
        runs.acquireUninterruptibly();
        try (Recording recording = new Recording(kafka)) {
            Camera camera =
                    recording.definition(Topic.CAMERAS, request.getCamera()).orElse(Camera.getDefaultInstance());
            Map<String, Query> queries = recording.definitions(Topic.QUERIES);
            Map<String, Calibration> calibrations =
                    needsThePast(rule) ? recording.definitions(Topic.CALIBRATIONS) : Map.of();
            Trial trial = new Trial(request.getCamera(), camera, queries, calibrations, rule, limits);
            replay(recording, request, trial);
            return trial.report()
                    .setFromMs(request.getFromMs())
                    .setToMs(request.getToMs())
                    .setTookMs((System.nanoTime() - started) / 1e6)
                    .build();
        } finally {
            runs.release();
        }
    }

    /** The calibrations of all cameras take a moment to read. */
    private static boolean needsThePast(Rule rule) {
        return rule.getMeasure() == Rule.Measure.CHANGE || rule.getExpression().contains("change");
    }

    private static void replay(Recording recording, BacktestRequest request, Trial trial) {
        EventClock clock = new EventClock();
        recording.observations(request.getCamera(), request.getFromMs(), bytes -> {
            Observation observation = parse(bytes);
            if (observation == null || observation.getBackfill()) {
                return true;
            }
            EventClock.Reading reading = clock.read(observation);
            if (reading.newest() && reading.atMs() >= request.getFromMs() && reading.atMs() <= request.getToMs()) {
                trial.frame(reading.atMs(), observation);
            }
            return reading.atMs() <= request.getToMs();
        });
        trial.end(Math.min(request.getToMs(), System.currentTimeMillis()));
    }

    /** Null for what the live role puts aside. */
    private static Observation parse(byte[] bytes) {
        try {
            return Topic.OBSERVATIONS.parse(bytes);
        } catch (MalformedRecordException e) {
            return null;
        }
    }

    private static Rule checked(BacktestRequest request) {
        Rule rule = request.getRule();
        // Only a stored rule must have a name of its own.
        rule = rule.getId().isEmpty() ? rule.toBuilder().setId("backtest").build() : rule;
        List<Problem> problems = new ArrayList<>();
        Definitions.check(rule)
                .forEach(problem -> problems.add(new Problem("rule." + problem.field(), problem.message())));
        if (rule.getMeasure() == Rule.Measure.DRIFT) {
            problems.add(new Problem(
                    "rule.measure",
                    "DRIFT cannot be tried on the past, which has no baselines; GET /api/calibration tells the drift"));
        }
        if (request.getCamera().isEmpty()) {
            problems.add(new Problem("camera", "is empty; name the camera to look back at"));
        }
        long span = request.getToMs() - request.getFromMs();
        if (request.getFromMs() < 0 || span <= 0 || span > MAX_SPAN_MS) {
            problems.add(new Problem("toMs", "must be after fromMs by at most seven days"));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(Problem.describe(problems));
        }
        return rule.toBuilder().clearCameras().clearDisabled().build();
    }
}
