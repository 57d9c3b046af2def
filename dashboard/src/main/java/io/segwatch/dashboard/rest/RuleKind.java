package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Expression;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.RuleText;
import io.segwatch.contracts.VisibleText;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Zone;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /api/rules}. */
final class RuleKind implements DefinitionKind<Rule> {
    static final String SENTENCE = "sentence";

    private final DefinitionStores stores;

    RuleKind(DefinitionStores stores) {
        this.stores = stores;
    }

    @Override
    public String name() {
        return "rule";
    }

    @Override
    public String plural() {
        return "rules";
    }

    @Override
    public String label(JsonObject body) {
        String name = body.getString("name", "");
        return name.isBlank() ? body.getString("query", "") : name;
    }

    @Override
    public Draft<Rule> read(String id, JsonObject body, Optional<Rule> old) {
        body.remove(SENTENCE);
        Rule.Builder rule = Json.read(body, Rule.newBuilder());
        return Draft.of(
                rule.setName(VisibleText.normalized(rule.getName())).setId(id).build());
    }

    @Override
    public void describe(Rule rule, JsonObject answer) {
        answer.put(SENTENCE, RuleText.sentence(rule, this::queryText, zone -> zoneName(rule, zone), this::cameraName));
    }

    private String queryText(String id) {
        return stores.queries().get(id).map(Query::getText).orElse(id);
    }

    private String cameraName(String id) {
        return stores.cameras()
                .get(id)
                .map(Camera::getName)
                .filter(name -> !name.isEmpty())
                .orElse(id);
    }

    /** Zones of different cameras may have the same id: the first of the rule's cameras names it. */
    private String zoneName(Rule rule, String id) {
        return stores.cameras().all().stream()
                .filter(camera ->
                        rule.getCamerasCount() == 0 || rule.getCamerasList().contains(camera.getId()))
                .flatMap(camera -> camera.getZonesList().stream())
                .filter(zone -> zone.getId().equals(id) && !zone.getName().isEmpty())
                .map(Zone::getName)
                .findFirst()
                .orElse(id);
    }

    /** Both would open the same alerts. */
    @Override
    public List<Problem> warnings(Rule rule, Optional<Rule> old, List<Rule> others) {
        return others.stream()
                .filter(other -> rule.toBuilder()
                        .clearId()
                        .clearName()
                        .build()
                        .equals(other.toBuilder().clearId().clearName().build()))
                .map(other -> new Problem("name", "is all that sets it apart from rule " + other.getId()))
                .limit(1)
                .toList();
    }

    @Override
    public List<Problem> missing(Rule rule, Optional<Rule> replaced) {
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
        problems.addAll(
                DefinitionKind.missing("camera", rule.getCamerasList(), old.getCamerasList(), stores.cameras()::has));
        return problems;
    }
}
