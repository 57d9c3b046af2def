package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Problem;
import io.segwatch.contracts.VisibleText;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.v1.Query;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code /api/queries}. A query without a colour gets one that the fewest others have. */
final class QueryKind implements DefinitionKind<Query> {
    /**
     * The first nine are apart from each other for most kinds of colour blindness (after Okabe and Ito, 2008),
     * brightened for video; all are at least 30 apart in CIELAB.
     */
    private static final List<String> PALETTE = List.of(
            "#36a3ff", "#ffb000", "#22c58b", "#ff6b4a", "#d678ff", "#f5e04a", "#4ae3f5", "#ff86b6", "#a0d955",
            "#00ff00", "#96784b", "#b400ff", "#ff00b4", "#ff0069", "#0069ff", "#876996", "#e1f0b4", "#00ff87",
            "#00870f", "#2d87a5");

    private final DefinitionStore<Query> store;

    QueryKind(DefinitionStore<Query> store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "query";
    }

    @Override
    public String plural() {
        return "queries";
    }

    @Override
    public String label(JsonObject body) {
        return body.getString("text", "");
    }

    @Override
    public Draft<Query> read(String id, JsonObject body, Optional<Query> old) {
        Query.Builder query = Json.read(body, Query.newBuilder()).setId(id);
        query.setText(VisibleText.normalized(query.getText()));
        IntStream.range(0, query.getSynonymsCount())
                .forEach(i -> query.setSynonyms(i, VisibleText.normalized(query.getSynonyms(i))));
        IntStream.range(0, query.getNegativesCount())
                .forEach(i -> query.setNegatives(i, VisibleText.normalized(query.getNegatives(i))));
        if (query.getColor().isEmpty()) {
            query.setColor(
                    old.map(Query::getColor).filter(color -> !color.isEmpty()).orElseGet(this::freeColor));
        }
        return Draft.of(query.build());
    }

    @Override
    public List<String> cameras(Query query) {
        return query.getCamerasList();
    }

    @Override
    public Query seenBy(Principal principal, Query query) {
        return seen(principal, query);
    }

    static Query seen(Principal principal, Query query) {
        return principal.seesAll()
                ? query
                : query.toBuilder()
                        .clearCameras()
                        .addAllCameras(CameraScope.own(principal, query.getCamerasList()))
                        .build();
    }

    /** They would give the same mask twice, at twice the cost. */
    @Override
    public List<Problem> warnings(Query query, Optional<Query> old, List<Query> others) {
        return others.stream()
                .filter(other -> !other.getDisabled() && !query.getDisabled())
                .filter(other -> overlap(query.getCamerasList(), other.getCamerasList()))
                .filter(other -> VisibleText.meaning(other.getText()).equals(VisibleText.meaning(query.getText())))
                .map(other -> new Problem(
                        "text",
                        "is that of query " + other.getId() + " too; both look for the same on the same cameras"))
                .limit(1)
                .toList();
    }

    private static boolean overlap(List<String> some, List<String> others) {
        return some.isEmpty() || others.isEmpty() || some.stream().anyMatch(others::contains);
    }

    private String freeColor() {
        Map<String, Long> used =
                store.all().stream().collect(Collectors.groupingBy(Query::getColor, Collectors.counting()));
        return PALETTE.stream()
                .min(Comparator.comparingLong(color -> used.getOrDefault(color, 0L)))
                .orElseThrow();
    }
}
