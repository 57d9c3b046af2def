package io.segwatch.dashboard;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Rule;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** {@code /api/rules}. */
final class RuleRoutes extends DefinitionRoutes<Rule> {
    private final DefinitionStore<Camera> cameras;

    RuleRoutes(DefinitionStore<Rule> store, int limit, DefinitionStore<Camera> cameras) {
        super("rule", "rules", limit, store);
        this.cameras = cameras;
    }

    @Override
    Rule read(RoutingContext ctx, JsonObject body, Optional<Rule> old) {
        Rule rule = Json.read(body, Rule.newBuilder()).build();
        checkCamerasExist(rule, old.<List<String>>map(Rule::getCamerasList).orElse(List.of()));
        return rule;
    }

    /** A rule may go on naming a camera that is gone, else nobody could switch it off. */
    private void checkCamerasExist(Rule rule, List<String> named) {
        for (int i = 0; i < rule.getCamerasCount(); i++) {
            String id = rule.getCameras(i);
            if (cameras.get(id).isEmpty() && !named.contains(id)) {
                throw Refusal.badInput(
                        "cameras[" + i + "]",
                        Refusal.missing("camera", id) + "; add it first, or name none for all cameras");
            }
        }
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
