package io.segwatch.topology.camera;

import io.segwatch.v1.AcceptedBaseline;
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
 * @param baselines that people have accepted, by camera and query
 * @param erasedBeforeMs event time before which all is to be forgotten, by camera
 */
public record DefinitionSnapshot(
        Map<String, Camera> cameras,
        Map<String, Query> queries,
        Map<String, Rule> rules,
        Map<String, AcceptedBaseline> baselines,
        Map<String, Long> erasedBeforeMs) {
    public static final DefinitionSnapshot EMPTY = new DefinitionSnapshot(Map.of(), Map.of(), Map.of());

    /** With no baseline accepted and nothing erased. */
    public DefinitionSnapshot(Map<String, Camera> cameras, Map<String, Query> queries, Map<String, Rule> rules) {
        this(cameras, queries, rules, Map.of(), Map.of());
    }

    public DefinitionSnapshot {
        cameras = Map.copyOf(cameras);
        queries = Map.copyOf(queries);
        rules = Map.copyOf(rules);
        baselines = Map.copyOf(baselines);
        erasedBeforeMs = Map.copyOf(erasedBeforeMs);
    }

    String nameOf(String query) {
        Query known = queries.get(query);
        return known == null ? query : known.getText();
    }
}
