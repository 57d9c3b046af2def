package io.segwatch.topology.camera;

import io.segwatch.v1.Camera;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import java.util.Map;

/**
 * What people have defined, at one moment. Immutable; a change makes a new one.
 *
 * @param cameras by id, valid ones; a camera that is not here has no zones
 * @param queries by id, for their words
 * @param rules by id, valid ones
 */
public record Watchlist(Map<String, Camera> cameras, Map<String, Query> queries, Map<String, Rule> rules) {
    public static final Watchlist EMPTY = new Watchlist(Map.of(), Map.of(), Map.of());

    public Watchlist {
        cameras = Map.copyOf(cameras);
        queries = Map.copyOf(queries);
        rules = Map.copyOf(rules);
    }

    String nameOf(String query) {
        Query known = queries.get(query);
        return known == null ? query : known.getText();
    }
}
