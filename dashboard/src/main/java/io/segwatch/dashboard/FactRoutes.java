package io.segwatch.dashboard;

import io.segwatch.contracts.DefaultRule;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.kafka.Table;
import io.segwatch.role.Backtester;
import io.segwatch.v1.BacktestRequest;
import io.segwatch.v1.Camera;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Rule;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** What has been found out: status, areas, alerts, the newest picture, and rules tried on the past. */
final class FactRoutes {
    private static final long SNAPSHOT_WITHIN_MS = 3_000;
    private static final long SNAPSHOT_LOOK_MS = 50;
    private static final long FORGOTTEN_WORKER_MS = 600_000;
    private static final int MAX_BACKTESTS = 2;
    /** The page asks for eight at a time. */
    private static final int MAX_LOOKUPS = 4;

    private static final JsonObject DEFAULT_RULE = new JsonObject(Json.print(DefaultRule.of("")));

    private final Vertx vertx;
    private final Feed feed;
    private final PastFrames pastFrames;
    private final RecentAreas areas;
    private final RecentAlerts alerts;
    private final Seats seats;
    private final DefinitionStore<Camera> cameras;
    private final Table<CameraStatus> cameraStatus;
    private final Table<WorkerStatus> workerStatus;
    private final Optional<Backtester> backtester;
    private final Semaphore backtests = new Semaphore(MAX_BACKTESTS);
    private final Semaphore lookups = new Semaphore(MAX_LOOKUPS);

    FactRoutes(
            Vertx vertx,
            Feed feed,
            PastFrames pastFrames,
            RecentAreas areas,
            RecentAlerts alerts,
            Seats seats,
            DefinitionStore<Camera> cameras,
            Table<CameraStatus> cameraStatus,
            Table<WorkerStatus> workerStatus,
            Optional<Backtester> backtester) {
        this.vertx = vertx;
        this.feed = feed;
        this.pastFrames = pastFrames;
        this.areas = areas;
        this.alerts = alerts;
        this.seats = seats;
        this.cameras = cameras;
        this.cameraStatus = cameraStatus;
        this.workerStatus = workerStatus;
        this.backtester = backtester;
    }

    void mount(Router router) {
        router.get("/api/status").handler(this::status);
        router.get("/api/areas").handler(this::areas);
        router.get("/api/alerts").handler(this::alerts);
        router.get("/api/cameras/:id/snapshot.jpg").handler(this::snapshot);
        router.get("/api/cameras/:id/frames/:epoch/:sequence").handler(this::pastFrame);
        router.post("/api/rules/backtest").handler(this::backtest);
    }

    private void status(RoutingContext ctx) {
        long now = System.currentTimeMillis();
        List<CameraStatus> known = new ArrayList<>(cameraStatus.snapshot().values());
        known.removeIf(status -> !cameras.has(status.getCamera()));
        List<WorkerStatus> workers = new ArrayList<>(workerStatus.snapshot().values());
        workers.removeIf(worker -> now - worker.getAtMs() > FORGOTTEN_WORKER_MS);
        JsonObject ages = new JsonObject();
        feed.observationAges().forEach(ages::put);
        String camerasJson = Json.list("cameras", known);
        String workersJson = Json.list("workers", workers);
        String rest = new JsonObject()
                .put("atMs", now)
                .put("viewers", seats.taken())
                .put("observationAgeMs", ages)
                .put("backtest", backtester.isPresent())
                .put("defaultRule", DEFAULT_RULE)
                .encode();
        Json.send(ctx, 200, joined(camerasJson, workersJson, rest));
    }

    /** One object with the members of all. */
    private static String joined(String... objects) {
        StringBuilder all = new StringBuilder("{");
        for (String object : objects) {
            all.append(all.length() > 1 ? "," : "").append(object, 1, object.length() - 1);
        }
        return all.append('}').toString();
    }

    private void areas(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        var wanted = new RecentAreas.Wanted(
                request.getParam("camera", ""),
                request.getParam("zone", ""),
                request.getParam("query", ""),
                number(request, "windowMs", 0),
                number(request, "from", 0),
                number(request, "to", Long.MAX_VALUE));
        if (wanted.camera().isEmpty()) {
            throw Refusal.badInput("camera", "is missing; name the camera whose areas you want");
        }
        if (wanted.fromMs() > wanted.toMs()) {
            throw Refusal.badInput("from", "is after to");
        }
        Json.send(ctx, 200, Json.list("areas", areas.find(wanted)));
    }

    private void alerts(RoutingContext ctx) {
        long most = Math.min(1_000, number(ctx.request(), "limit", 100));
        Json.send(ctx, 200, Json.list("alerts", alerts.newest(ctx.request().getParam("camera", ""), (int) most)));
    }

    private static long number(HttpServerRequest request, String name, long fallback) {
        String text = request.getParam(name);
        if (text == null || text.isEmpty()) {
            return fallback;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Answered below.
        }
        throw Refusal.badInput(name, "must be a whole number, 0 or more");
    }

    private void snapshot(RoutingContext ctx) {
        String camera = ctx.pathParam("id");
        if (!cameras.has(camera)) {
            throw Refusal.notFound("camera", camera);
        }
        feed.look(camera);
        sendSnapshot(ctx, camera, System.currentTimeMillis() + SNAPSHOT_WITHIN_MS);
    }

    /** Frames start to flow when they are asked for, so the first may take a moment. */
    private void sendSnapshot(RoutingContext ctx, String camera, long untilMs) {
        Optional<LivePicture> picture = feed.newest(camera);
        if (picture.isPresent()) {
            ctx.response()
                    .putHeader("Content-Type", "image/jpeg")
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("X-Captured-At-Ms", Long.toString(picture.get().capturedAtMs()))
                    .end(Buffer.buffer(picture.get().jpeg()));
        } else if (System.currentTimeMillis() > untilMs) {
            ctx.fail(Refusal.of(404, "snapshot", "the camera has sent no frame in the last seconds; see /api/status"));
        } else {
            vertx.setTimer(SNAPSHOT_LOOK_MS, timer -> sendSnapshot(ctx, camera, untilMs));
        }
    }

    /** A frame of the last minutes, for example an alert's evidence. */
    private void pastFrame(RoutingContext ctx) {
        String camera = ctx.pathParam("id");
        if (!cameras.has(camera)) {
            throw Refusal.notFound("camera", camera);
        }
        FrameId id = FrameId.newBuilder()
                .setCamera(camera)
                .setEpoch(whole("epoch", ctx.pathParam("epoch")))
                .setSequence(whole("sequence", ctx.pathParam("sequence")))
                .build();
        long aboutMs = number(ctx.request(), "atMs", -1);
        if (aboutMs < 0) {
            throw Refusal.badInput("atMs", "is missing; give the time of the frame, as the alert has it");
        }
        if (!lookups.tryAcquire()) {
            throw Refusal.of(429, "frame", MAX_LOOKUPS + " are being looked for already; try again in a moment");
        }
        vertx.executeBlocking(() -> pastFrames.frame(id, aboutMs), false)
                .onComplete(done -> lookups.release())
                .onSuccess(frame -> {
                    if (frame.isEmpty()) {
                        ctx.fail(Refusal.of(404, "frame", "is no longer kept; frames stay for a few minutes"));
                        return;
                    }
                    ctx.response()
                            .putHeader("Content-Type", "image/jpeg")
                            // A frame never changes.
                            .putHeader("Cache-Control", "private, max-age=3600")
                            .end(Buffer.buffer(frame.get().getJpeg().toByteArray()));
                })
                .onFailure(ctx::fail);
    }

    private static long whole(String field, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Refusal.badInput(field, "must be a whole number");
        }
    }

    private void backtest(RoutingContext ctx) {
        Backtester runner = backtester.orElseThrow(() -> Refusal.of(
                501, "backtest", "needs the topology role in the same process; run all roles in one, or this one too"));
        BacktestRequest request = withRuleId(
                Json.read(Json.body(ctx), BacktestRequest.newBuilder()).build());
        List<Problem> problems = check(request);
        if (!problems.isEmpty()) {
            throw Refusal.badInput(problems);
        }
        if (!backtests.tryAcquire()) {
            throw Refusal.of(429, "backtest", MAX_BACKTESTS + " are running already; try again in a moment");
        }
        vertx.executeBlocking(() -> runner.run(request), false)
                .onComplete(done -> backtests.release())
                .onSuccess(report -> Json.send(ctx, 200, Json.print(report)))
                .onFailure(failure -> ctx.fail(
                        failure instanceof IllegalArgumentException
                                ? Refusal.badInput("request", failure.getMessage())
                                : failure));
    }

    /** A rule that is not stored yet has no id. */
    private static BacktestRequest withRuleId(BacktestRequest request) {
        if (!request.getRule().getId().isEmpty()) {
            return request;
        }
        return request.toBuilder()
                .setRule(request.getRule().toBuilder().setId("draft"))
                .build();
    }

    private List<Problem> check(BacktestRequest request) {
        Rule rule = request.getRule();
        List<Problem> problems = new ArrayList<>();
        Definitions.check(rule)
                .forEach(problem -> problems.add(new Problem("rule." + problem.field(), problem.message())));
        if (!cameras.has(request.getCamera())) {
            problems.add(new Problem("camera", "names no camera that there is"));
        }
        if (Long.compareUnsigned(request.getFromMs(), request.getToMs()) >= 0) {
            problems.add(new Problem("fromMs", "must be before toMs"));
        }
        return problems;
    }
}
