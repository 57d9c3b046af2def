package io.segwatch.topology.backtest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Expression;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.past.Backtester;
import io.segwatch.past.PastObservations;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Runs a rule over a camera's recorded observations, by the code that runs it live. */
public final class Backtest implements Backtester {
    private static final long MAX_SPAN_MS = 7L * 24 * 3_600_000;
    /** Further runs wait: each reads as fast as it can. */
    private static final int MAX_RUNS = 2;

    /** Of frames that may be a minute apart while the picture stands still: an alert does not close for that. */
    private static final long COARSE_SILENCE_MS = 150_000;

    private final Kafka kafka;
    private final CameraProcessor.Options options;
    private final Optional<PastObservations> past;
    private final Semaphore runs = new Semaphore(MAX_RUNS);

    /** Over the recordings at {@code kafka}, with the live role's settings for the same answers. */
    public Backtest(Kafka kafka, TopologyConfig config) {
        this(kafka, config, Optional.empty());
    }

    /** @param past what queries that never ran would have seen; empty where there is no model to ask */
    public Backtest(Kafka kafka, TopologyConfig config, Optional<PastObservations> past) {
        this.kafka = kafka;
        this.options = config.options();
        this.past = past;
    }

    @Override
    public BacktestReport run(BacktestRequest request) {
        long started = System.nanoTime();
        Rule rule = checked(request);
        boolean coarse = request.getQueriesCount() > 0;
        runs.acquireUninterruptibly();
        try (KafkaHistory history = new KafkaHistory(kafka)) {
            Camera camera = history.definition(Topic.CAMERAS, request.getCamera())
                    .orElse(Camera.newBuilder().setId(request.getCamera()).build());
            Map<String, Query> queries = new HashMap<>(history.definitions(Topic.QUERIES));
            request.getQueriesList().forEach(query -> queries.put(query.getId(), query));
            Map<String, Calibration> calibrations =
                    needsCalibrations(rule) ? history.definitions(Topic.CALIBRATIONS) : Map.of();
            BacktestRun run = new BacktestRun(
                    camera,
                    queries,
                    calibrations,
                    rule,
                    coarse ? patient(options) : options,
                    request.getFromMs(),
                    request.getToMs());
            CoarseFrames frames = new CoarseFrames();
            if (coarse) {
                ask(request, rule, queries, run, frames);
            } else {
                read(history, request, run);
            }
            BacktestReport.Builder report = run.report(System.currentTimeMillis());
            if (coarse) {
                frames.describe(rule, report);
            }
            return report.setTookMs((System.nanoTime() - started) / 1e6).build();
        } finally {
            runs.release();
        }
    }

    private static void read(KafkaHistory history, BacktestRequest request, BacktestRun run) {
        long erasedMs = history.definition(Topic.ERASURES, request.getCamera())
                .map(Erasure::getBeforeMs)
                .orElse(Long.MIN_VALUE);
        history.observations(request.getCamera(), request.getFromMs(), record -> {
            Observation observation = parse(record.value());
            return observation == null
                    || observation.getCapturedAtMs() < erasedMs
                    || run.observe(observation, record.timestamp());
        });
    }

    /** The same frames answer all queries of the rule, those that did run too. */
    private void ask(
            BacktestRequest request, Rule rule, Map<String, Query> queries, BacktestRun run, CoarseFrames frames) {
        PastObservations asked = past.orElseThrow(() -> new IllegalArgumentException(
                "queries: need the words of a model, and this process finds none; set segwatch.inference.model to the"
                        + " model's directory where the role dashboard runs"));
        List<Query> named = Expression.queriesOf(rule).stream()
                .map(queries::get)
                .filter(query -> query != null)
                .toList();
        asked.observations(request.getCamera(), named, request.getFromMs(), observation -> {
            if (observation.getCapturedAtMs() >= request.getFromMs()
                    && observation.getCapturedAtMs() <= request.getToMs()) {
                frames.add(observation);
            }
            return run.observe(observation, observation.getObservedAtMs());
        });
    }

    private static CameraProcessor.Options patient(CameraProcessor.Options live) {
        return new CameraProcessor.Options(
                live.graceMs(),
                Math.max(live.silenceMs(), COARSE_SILENCE_MS),
                Math.max(live.alertSilenceMs(), COARSE_SILENCE_MS),
                live.updateEveryMs(),
                live.driftSpanMs(),
                live.calibrationsPerCamera(),
                live.driftEnter(),
                live.driftExit());
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
        checkQueries(request, rule, problems);
        long span = request.getToMs() - request.getFromMs();
        if (request.getFromMs() < 0 || span <= 0 || span > MAX_SPAN_MS) {
            problems.add(new Problem("toMs", "must be after fromMs by at most seven days"));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(Problem.describe(problems));
        }
        return rule.toBuilder().clearCameras().clearDisabled().build();
    }

    private static void checkQueries(BacktestRequest request, Rule rule, List<Problem> problems) {
        if (request.getQueriesCount() == 0 || !problems.isEmpty()) {
            return;
        }
        if (rule.getMeasure() == Rule.Measure.CHANGE) {
            problems.add(new Problem(
                    "rule.measure", "CHANGE needs what is usual, and a query that never ran has no usual; take SHARE"));
        }
        Set<String> named = Expression.queriesOf(rule);
        for (int i = 0; i < request.getQueriesCount(); i++) {
            String field = "queries[" + i + "].";
            Query query = request.getQueries(i);
            Definitions.check(query)
                    .forEach(problem -> problems.add(new Problem(field + problem.field(), problem.message())));
            if (!named.contains(query.getId())) {
                problems.add(new Problem(field + "id", "is none of the rule's queries; leave it out"));
            }
        }
    }
}
