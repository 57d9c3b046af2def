package io.segwatch.topology.backtest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.past.Backtester;
import io.segwatch.topology.TopologyConfig;
import io.segwatch.topology.camera.BacktestRun;
import io.segwatch.topology.camera.CameraProcessor;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.BacktestRequest;
import io.segwatch.v1.Calibration;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Erasure;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** Runs a rule over a camera's recorded observations, by the code that runs it live. */
public final class Backtest implements Backtester {
    private static final long MAX_SPAN_MS = 7L * 24 * 3_600_000;
    /** Further runs wait: each reads as fast as it can. */
    private static final int MAX_RUNS = 2;

    private final Kafka kafka;
    private final CameraProcessor.Options options;
    private final Semaphore runs = new Semaphore(MAX_RUNS);

    /** Over the recordings at {@code kafka}, with the live role's settings for the same answers. */
    public Backtest(Kafka kafka, TopologyConfig config) {
        this.kafka = kafka;
        this.options = config.options();
    }

    @Override
    public BacktestReport run(BacktestRequest request) {
        long started = System.nanoTime();
        Rule rule = checked(request);
        runs.acquireUninterruptibly();
        try (KafkaHistory history = new KafkaHistory(kafka)) {
            Camera camera = history.definition(Topic.CAMERAS, request.getCamera())
                    .orElse(Camera.newBuilder().setId(request.getCamera()).build());
            Map<String, Query> queries = history.definitions(Topic.QUERIES);
            Map<String, Calibration> calibrations =
                    needsCalibrations(rule) ? history.definitions(Topic.CALIBRATIONS) : Map.of();
            BacktestRun run = new BacktestRun(
                    camera, queries, calibrations, rule, options, request.getFromMs(), request.getToMs());
            long erasedMs = history.definition(Topic.ERASURES, request.getCamera())
                    .map(Erasure::getBeforeMs)
                    .orElse(Long.MIN_VALUE);
            history.observations(request.getCamera(), request.getFromMs(), record -> {
                Observation observation = parse(record.value());
                return observation == null
                        || observation.getCapturedAtMs() < erasedMs
                        || run.observe(observation, record.timestamp());
            });
            return run.report(System.currentTimeMillis())
                    .setTookMs((System.nanoTime() - started) / 1e6)
                    .build();
        } finally {
            runs.release();
        }
    }

    /** The calibrations of all cameras take a moment to read. */
    private static boolean needsCalibrations(Rule rule) {
        return rule.getMeasure() == Rule.Measure.CHANGE || rule.getExpression().contains("change");
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
                    "DRIFT cannot be tried on the past, which has no baselines; GET /api/calibration gives the drift"));
        }
        if (request.getCamera().isEmpty()) {
            problems.add(new Problem("camera", "is empty; name the camera whose record to use"));
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
