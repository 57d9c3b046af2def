package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Expression;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.RuleText;
import io.segwatch.contracts.VisibleText;
import io.segwatch.dashboard.access.Principal;
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
    public List<String> cameras(Rule rule) {
        return rule.getCamerasList();
    }

    @Override
    public Rule seenBy(Principal principal, Rule rule) {
        return seen(principal, rule);
    }

    static Rule seen(Principal principal, Rule rule) {
        return principal.seesAll()
                ? rule
                : rule.toBuilder()
                        .clearCameras()
                        .addAllCameras(CameraScope.own(principal, rule.getCamerasList()))
                        .build();
    }

    @Override
    public List<Problem> notAllowed(Principal principal, Rule rule, Optional<Rule> old) {
        if (principal.seesAll()) {
            return List.of();
        }
        Set<String> named = queriesOf(old);
        return Expression.queriesOf(rule).stream()
                .filter(id -> !named.contains(id))
                .filter(id -> stores.queries()
                        .get(id)
                        .filter(query -> CameraScope.sees(principal, query.getCamerasList()))
                        .isEmpty())
                .map(id -> missingQuery(rule, id))
                .toList();
    }

    /** What other programs wrote may be broken, and is mended here. */
    private static Set<String> queriesOf(Optional<Rule> old) {
        return old.filter(rule -> Definitions.check(rule).isEmpty())
                .<Set<String>>map(rule -> Set.copyOf(Expression.queriesOf(rule)))
                .orElse(Set.of());
    }

    private static Problem missingQuery(Rule rule, String id) {
        String field = rule.getExpression().isEmpty() ? "query" : "expression";
        return new Problem(field, HttpProblem.missing("query", id) + "; add it first");
    }

    @Override
    public void describe(Rule rule, JsonObject answer, Principal principal) {
        answer.put(
                SENTENCE,
                RuleText.sentence(
                        rule,
                        query -> queryText(query, principal),
                        zone -> zoneName(rule, zone, principal),
                        this::cameraName));
    }

    private String queryText(String id, Principal principal) {
        return stores.queries()
                .get(id)
                .filter(query -> CameraScope.sees(principal, query.getCamerasList()))
                .map(Query::getText)
                .orElse(id);
    }

    private String cameraName(String id) {
        return stores.cameras()
                .get(id)
                .map(Camera::getName)
                .filter(name -> !name.isEmpty())
                .orElse(id);
    }

    /** Zones of different cameras may have the same id: the first of the rule's cameras names it. */
    private String zoneName(Rule rule, String id, Principal principal) {
        return stores.cameras().all().stream()
                .filter(camera -> principal.sees(camera.getId()))
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
        Set<String> named = queriesOf(replaced);
        for (String id : Expression.queriesOf(rule)) {
            if (!stores.queries().has(id) && !named.contains(id)) {
                problems.add(missingQuery(rule, id));
            }
        }
        problems.addAll(
                DefinitionKind.missing("camera", rule.getCamerasList(), old.getCamerasList(), stores.cameras()::has));
        return problems;
    }
}
