package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.v1.Query;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code /api/queries}. A query without a colour gets one that no other has, as long as there are any. */
final class QueryRoutes extends DefinitionRoutes<Query> {
    /** Apart from each other for most kinds of colour blindness (after Okabe and Ito, 2008), brightened for video. */
    private static final List<String> PALETTE = List.of(
            "#36a3ff", "#ffb000", "#22c58b", "#ff6b4a", "#d678ff", "#f5e04a", "#4ae3f5", "#ff86b6", "#a0d955",
            "#b39cff");

    private final DefinitionStore<Query> store;

    QueryRoutes(DefinitionStore<Query> store, int limit) {
        super("query", "queries", limit, store);
        this.store = store;
    }

    @Override
    Query read(RoutingContext ctx, JsonObject body, Optional<Query> old) {
        Query.Builder query = Json.read(body, Query.newBuilder());
        query.setText(query.getText().strip());
        if (query.getColor().isEmpty()) {
            query.setColor(
                    old.map(Query::getColor).filter(color -> !color.isEmpty()).orElseGet(this::freeColor));
        }
        return query.build();
    }

    private String freeColor() {
        Set<String> used = store.all().stream().map(Query::getColor).collect(Collectors.toSet());
        return PALETTE.stream()
                .filter(color -> !used.contains(color))
                .findFirst()
                .orElse(PALETTE.get(used.size() % PALETTE.size()));
    }

    @Override
    String nameOf(Query query) {
        return query.getText();
    }

    @Override
    String idOf(Query query) {
        return query.getId();
    }

    @Override
    Query withId(Query query, String id) {
        return query.toBuilder().setId(id).build();
    }

    @Override
    List<Problem> check(Query query) {
        return Definitions.check(query);
    }
}
