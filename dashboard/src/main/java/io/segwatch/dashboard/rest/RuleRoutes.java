package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Expression;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.v1.Rule;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /api/rules}. */
final class RuleRoutes extends DefinitionRoutes<Rule> {
    private final DefinitionStores stores;

    RuleRoutes(DefinitionStores stores, int limit) {
        super("rule", "rules", limit, stores.rules());
        this.stores = stores;
    }

    @Override
    Rule read(RoutingContext ctx, JsonObject body, Optional<Rule> old) {
        return Json.read(body, Rule.newBuilder()).build();
    }

    @Override
    String nameOf(Rule rule) {
        return rule.getName().isBlank() ? rule.getQuery() : rule.getName();
    }

    @Override
    String idOf(Rule rule) {
        return rule.getId();
    }

    @Override
    Rule withId(Rule rule, String id) {
        return rule.toBuilder().setId(id).build();
    }

    @Override
    List<Problem> check(Rule rule) {
        return Definitions.check(rule);
    }

    @Override
    List<Problem> missing(Rule rule, Optional<Rule> replaced) {
        Rule old = replaced.orElse(Rule.getDefaultInstance());
        List<Problem> problems = new ArrayList<>();
        // What other programs wrote may be broken, and is mended here.
        Set<String> named = Definitions.check(old).isEmpty() ? Expression.queriesOf(old) : Set.of();
        for (String id : Expression.queriesOf(rule)) {
            if (!stores.queries().has(id) && !named.contains(id)) {
                String field = rule.getExpression().isEmpty() ? "query" : "expression";
                problems.add(new Problem(field, HttpProblem.missing("query", id) + "; add it first"));
            }
        }
        problems.addAll(missing("camera", rule.getCamerasList(), old.getCamerasList(), stores.cameras()::has));
        return problems;
    }
}
