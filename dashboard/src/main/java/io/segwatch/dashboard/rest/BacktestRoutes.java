package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.past.Backtester;
import io.segwatch.v1.BacktestRequest;
import io.segwatch.v1.Rule;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** {@code /api/rules/backtest}: tries a rule on recorded observations, without storing it. */
final class BacktestRoutes {
    private static final int MAX_AT_ONCE = 2;
    private static final int MAX_EACH = 4;

    private final Backtester backtester;
    private final Predicate<String> cameraExists;
    private final BoundedWork runs;

    BacktestRoutes(Vertx vertx, Backtester backtester, Predicate<String> cameraExists) {
        this.backtester = backtester;
        this.cameraExists = cameraExists;
        this.runs = new BoundedWork(vertx, "backtest", MAX_AT_ONCE, MAX_EACH);
    }

    void bind(Operations operations) {
        operations.on("backtest-rule", this::backtest);
    }

    private void backtest(RoutingContext ctx) {
        JsonObject body = Validated.body(ctx);
        JsonObject rule = body.getJsonObject("rule");
        JsonArray queries = body.getJsonArray("queries", new JsonArray());
        for (int i = 0; i < queries.size(); i++) {
            queries.getJsonObject(i).remove(DefinitionRoutes.TAG);
            queries.getJsonObject(i).remove("warnings");
        }
        if (rule != null) {
            // A stored rule, as it was read.
            rule.remove(DefinitionRoutes.TAG);
            rule.remove(RuleKind.SENTENCE);
        }
        BacktestRequest request =
                withRuleId(Json.read(body, BacktestRequest.newBuilder()).build());
        List<Problem> problems = check(request);
        if (!problems.isEmpty()) {
            throw HttpProblem.badInput(problems);
        }
        runs.run(ctx, () -> backtester.run(request))
                .onSuccess(report -> Json.send(ctx, 200, Json.object(report)))
                .onFailure(failure -> ctx.fail(
                        failure instanceof IllegalArgumentException
                                ? HttpProblem.badInput(SearchRoutes.problem(failure.getMessage()))
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
        if (!cameraExists.test(request.getCamera())) {
            problems.add(new Problem("camera", "names no camera that there is"));
        }
        if (Long.compareUnsigned(request.getFromMs(), request.getToMs()) >= 0) {
            problems.add(new Problem("fromMs", "must be before toMs"));
        }
        return problems;
    }
}
