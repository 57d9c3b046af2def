package io.segwatch.dashboard.live;

import io.segwatch.dashboard.access.AccessRule;
import io.segwatch.dashboard.access.AccessRule.CameraPlace;
import io.segwatch.dashboard.access.Principal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who may be sent which kind of message or event, as the API's document says. */
final class AllowedKinds {
    private final Map<String, AccessRule> rules;

    /**
     * Of a connection.
     *
     * @param sent all kinds that are sent on it
     * @throws IllegalStateException when the document has other kinds
     */
    AllowedKinds(String connection, Map<String, AccessRule> rules, Set<String> sent) {
        if (!rules.keySet().equals(sent)) {
            throw new IllegalStateException("openapi.json says of " + connection + " who may be sent "
                    + new TreeSet<>(rules.keySet()) + ", and sent are " + new TreeSet<>(sent));
        }
        this.rules = rules;
    }

    /** @param cameras that it is about; empty for all */
    boolean may(Principal principal, String kind, List<String> cameras) {
        AccessRule rule = rules.get(kind);
        return rule.role().filter(principal::may).isPresent()
                && (rule.camera() == CameraPlace.NONE
                        || principal.seesAll()
                        || cameras.isEmpty()
                        || cameras.stream().anyMatch(principal::sees));
    }
}
