package io.segwatch.topology;

import java.util.List;

/**
 * Which facts are also written as JSON.
 *
 * @param alerts every change of an alert
 * @param areas closed windows of {@code shortestMs} or longer
 */
record EventKinds(boolean alerts, boolean areas, long shortestMs) {
    static final EventKinds NONE = new EventKinds(false, false, 0);

    private static final List<String> KINDS = List.of("alerts", "areas");

    /** @throws IllegalArgumentException when a kind is named that there is not */
    static EventKinds of(TopologyConfig config) {
        List<String> kinds = config.cloudevents().orElse(List.of()).stream()
                .map(String::strip)
                .toList();
        kinds.stream().filter(kind -> !KINDS.contains(kind)).findFirst().ifPresent(unknown -> {
            throw new IllegalArgumentException(
                    "segwatch.topology.cloudevents takes alerts, areas or both, not " + unknown);
        });
        return new EventKinds(
                kinds.contains("alerts"),
                kinds.contains("areas"),
                config.cloudeventsWindow().toMillis());
    }
}
