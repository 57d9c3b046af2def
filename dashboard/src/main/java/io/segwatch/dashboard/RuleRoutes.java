package io.segwatch.dashboard;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.v1.Rule;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** {@code /api/rules}. */
final class RuleRoutes extends DefinitionRoutes<Rule> {
    RuleRoutes(DefinitionStore<Rule> store, int limit) {
        super("rule", "rules", limit, store);
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
}
