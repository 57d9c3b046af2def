package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.kafka.Table;
import io.segwatch.v1.AreaComparison;
import io.segwatch.v1.ModelRollout;
import io.segwatch.v1.ModelRollout.State;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code /api/model-rollout}: a candidate model takes the place of the running one, step by step, or does not. */
final class ModelRolloutRoutes {
    private static final String ID = "model";
    /** Of a SHA-256, to tell two apart by eye. */
    private static final int SHOWN_DIGITS = 12;

    private final DefinitionStores stores;
    private final DefinitionStore<ModelRollout> rollouts;
    private final Table<WorkerStatus> workers;

    ModelRolloutRoutes(DefinitionStores stores, Table<WorkerStatus> workers) {
        this.stores = stores;
        this.rollouts = stores.rollouts();
        this.workers = workers;
    }

    void bind(Operations operations) {
        operations.on("get-model-rollout", this::get);
        operations.on("set-model-rollout", this::set);
    }

    private List<WorkerStatus> live() {
        long now = System.currentTimeMillis();
        return workers.snapshot().values().stream()
                .filter(worker -> now - worker.getAtMs() < StatusRoutes.SILENT_WORKER_MS)
                .toList();
    }

    private void get(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        List<WorkerStatus> seen = live().stream()
                .map(worker -> SeenWorker.compared(principal, worker, stores.queries()::get))
                .toList();
        JsonArray processes = new JsonArray();
        seen.forEach(worker -> processes.add(process(worker)));
        List<AreaComparison> comparisons = seen.stream()
                .flatMap(worker -> worker.getCandidate().getComparisonsList().stream())
                .sorted(Comparator.comparingDouble(AreaComparison::getMeanDifference)
                        .reversed())
                .toList();
        JsonObject answer = new JsonObject().put("workers", processes).put("comparisons", Json.array(comparisons));
        rollouts.get(ID).ifPresent(rollout -> answer.put("rollout", Json.object(seen(principal, rollout))));
        Json.send(ctx, 200, answer);
    }

    private static JsonObject process(WorkerStatus worker) {
        JsonObject process = new JsonObject()
                .put("worker", worker.getWorker())
                .put("model", worker.getModel())
                .put("fingerprint", worker.getFingerprint());
        if (worker.hasCandidate()) {
            process.put(
                    "candidate",
                    Json.object(
                            worker.getCandidate().toBuilder().clearComparisons().build()));
        }
        return process;
    }

    private static ModelRollout seen(Principal principal, ModelRollout rollout) {
        return rollout.toBuilder()
                .clearCompared()
                .addAllCompared(CameraScope.own(principal, rollout.getComparedList()))
                .clearCanaries()
                .addAllCanaries(CameraScope.own(principal, rollout.getCanariesList()))
                .build();
    }

    private void set(RoutingContext ctx) {
        JsonObject body = Validated.body(ctx);
        State state = State.valueOf(body.getString("state"));
        List<String> cameras = body.getJsonArray("cameras", new JsonArray()).stream()
                .map(String.class::cast)
                .toList();
        List<Problem> missing = DefinitionKind.missing("camera", cameras, List.of(), stores.cameras()::has);
        if (!missing.isEmpty()) {
            throw HttpProblem.badInput(missing);
        }
        boolean force = body.getBoolean("force", false);
        String by = Principal.of(ctx).name();
        rollouts.inTurn(
                        ID,
                        () -> write(next(state, cameras, force)
                                .setState(state)
                                .setBy(by)
                                .setChangedAtMs(System.currentTimeMillis())
                                .build()))
                .onSuccess(rollout -> Json.send(ctx, 200, Json.object(rollout)))
                .onFailure(ctx::fail);
    }

    private Future<ModelRollout> write(ModelRollout rollout) {
        List<Problem> problems = Topic.MODEL_ROLLOUTS.problems(ID, rollout);
        return problems.isEmpty()
                ? rollouts.put(ID, rollout).map(rollout)
                : Future.failedFuture(HttpProblem.badInput(problems));
    }

    private ModelRollout.Builder next(State state, List<String> cameras, boolean force) {
        Rollout now = new Rollout(rollouts.get(ID), live());
        return switch (state) {
            case SHADOW -> now.shadow().addAllCompared(cameras);
            case CANARY -> now.canary().clearCanaries().addAllCanaries(cameras);
            case SWITCHED -> now.switched(force).clearCanaries();
            default -> now.rolledBack().clearCanaries();
        };
    }

    /**
     * The rollout that there is, and the processes that encode; each step says (409) what keeps it from being taken.
     */
    private record Rollout(Optional<ModelRollout> current, List<WorkerStatus> workers) {
        ModelRollout.Builder shadow() {
            current.filter(rollout -> rollout.getState() == State.SWITCHED && !allRun(rollout))
                    .ifPresent(rollout -> {
                        throw refused("is SWITCHED to " + rollout.getModel() + ", which not every process runs as its"
                                + " own: set segwatch.inference.model to its directory and start them again, or roll"
                                + " back");
                    });
            WorkerStatus first = workers.stream()
                    .filter(worker -> !worker.getCandidate().getModel().isEmpty())
                    .findFirst()
                    .orElseThrow(() -> refused(
                            workers.isEmpty()
                                    ? "needs a process with the role inference, and none reports"
                                    : "needs a candidate: " + faultOf(workers.get(0))));
            String fingerprint = first.getCandidate().getFingerprint();
            for (WorkerStatus worker : workers) {
                if (!worker.getCandidate().getFingerprint().equals(fingerprint)) {
                    throw refused("needs the same candidate in every process: " + first.getWorker() + " has "
                            + described(first) + ", " + worker.getWorker() + " has " + described(worker)
                            + "; copy the same directory to each");
                }
                if (!worker.getCandidate().getFault().isEmpty()) {
                    throw refused("is kept from it by " + worker.getWorker() + ": "
                            + worker.getCandidate().getFault());
                }
            }
            return ModelRollout.newBuilder()
                    .setId(ID)
                    .setModel(first.getCandidate().getModel())
                    .setFingerprint(fingerprint)
                    .setStartedAtMs(System.currentTimeMillis());
        }

        ModelRollout.Builder canary() {
            return ready().toBuilder();
        }

        ModelRollout.Builder switched(boolean force) {
            ModelRollout rollout = ready();
            boolean compared =
                    workers.stream().anyMatch(worker -> worker.getCandidate().getFramesCompared() > 0);
            if (!compared && !force) {
                throw refused("would go by nothing: no frame has been compared yet. Wait for some, or give force");
            }
            return rollout.toBuilder();
        }

        ModelRollout.Builder rolledBack() {
            ModelRollout rollout = current.filter(each -> each.getState() != State.ROLLED_BACK)
                    .orElseThrow(() -> refused("is ROLLED_BACK already, or was never begun: there is nothing to do"));
            if (rollout.getState() == State.SWITCHED && !workers.isEmpty() && allRun(rollout)) {
                throw refused("cannot go back: " + rollout.getModel() + " is the model that every process is configured"
                        + " with. Set segwatch.inference.model to the former directory and start them again");
            }
            return rollout.toBuilder();
        }

        /** The rollout, of which every process has the candidate in memory. */
        private ModelRollout ready() {
            ModelRollout rollout = current.filter(
                            each -> each.getState() == State.SHADOW || each.getState() == State.CANARY)
                    .orElseThrow(() -> refused("needs a rollout that is SHADOW or CANARY: begin one first"));
            if (workers.isEmpty()) {
                throw refused("needs a process with the role inference, and none reports");
            }
            for (WorkerStatus worker : workers) {
                boolean has = worker.getCandidate().getLoaded()
                        && worker.getCandidate().getFingerprint().equals(rollout.getFingerprint());
                if (!has || !worker.getCandidate().getFault().isEmpty()) {
                    throw refused("is kept from it by " + worker.getWorker() + ": " + faultOf(worker));
                }
            }
            return rollout;
        }

        private boolean allRun(ModelRollout rollout) {
            return workers.stream().allMatch(worker -> worker.getFingerprint().equals(rollout.getFingerprint()));
        }

        private static String faultOf(WorkerStatus worker) {
            if (!worker.hasCandidate()) {
                return "segwatch.inference.candidate-model is empty there; name its directory and start it again";
            }
            String fault = worker.getCandidate().getFault();
            return fault.isEmpty() ? "it has not loaded the candidate yet; try again in a moment" : fault;
        }

        private static String described(WorkerStatus worker) {
            return worker.hasCandidate() && !worker.getCandidate().getModel().isEmpty()
                    ? worker.getCandidate().getModel() + " (SHA-256 "
                            + worker.getCandidate().getFingerprint().substring(0, SHOWN_DIGITS) + "…)"
                    : "none";
        }

        private static HttpProblem refused(String why) {
            return HttpProblem.of(409, "state", why);
        }
    }
}
