package io.segwatch.dashboard.oidc;

import io.segwatch.dashboard.access.Principal.UserRole;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a role and cameras of what a provider says about somebody. */
final class ClaimedRights {
    private static final int MAX_VALUES = 1_000;

    private final OidcConfig config;

    ClaimedRights(OidcConfig config) {
        this.config = config;
    }

    /** The highest role that a value of the claim stands for, or else the default; empty for nobody. */
    Optional<UserRole> role(Map<String, Object> claims) {
        Set<String> said = values(claims, config.rolesClaim());
        if (holds(config.admins(), said)) {
            return Optional.of(UserRole.ADMIN);
        } else if (holds(config.operators(), said)) {
            return Optional.of(UserRole.OPERATOR);
        } else if (holds(config.viewers(), said)) {
            return Optional.of(UserRole.VIEWER);
        }
        return config.defaultRole().equals("none")
                ? Optional.empty()
                : Optional.of(UserRole.valueOf(config.defaultRole().toUpperCase(Locale.ROOT)));
    }

    private static boolean holds(Optional<List<String>> names, Set<String> said) {
        return names.orElse(List.of()).stream().map(String::strip).anyMatch(said::contains);
    }

    /**
     * The cameras that somebody may see; an empty set for all.
     *
     * @return empty when the claim is asked for and names none: then nothing may be seen
     */
    Optional<Set<String>> cameras(Map<String, Object> claims, UserRole role) {
        if (config.camerasClaim().isEmpty() || role == UserRole.ADMIN) {
            return Optional.of(Set.of());
        }
        Set<String> named = values(claims, config.camerasClaim().get());
        if (named.contains("*")) {
            return Optional.of(Set.of());
        }
        return named.isEmpty() ? Optional.empty() : Optional.of(named);
    }

    Optional<String> user(Map<String, Object> claims) {
        return values(claims, config.userClaim()).stream().findFirst();
    }

    boolean isMissing(Map<String, Object> claims) {
        return find(claims, config.userClaim()) == null
                || find(claims, config.rolesClaim()) == null
                || config.camerasClaim().isPresent()
                        && find(claims, config.camerasClaim().get()) == null;
    }

    private static Set<String> values(Map<String, Object> claims, String claim) {
        Object value = find(claims, claim);
        Set<String> values = new LinkedHashSet<>();
        List<?> all = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        all.stream().limit(MAX_VALUES).filter(String.class::isInstance).forEach(one -> values.add((String) one));
        return values;
    }

    /** By its whole name, or along a path such as {@code realm_access.roles}. */
    private static Object find(Map<String, Object> claims, String claim) {
        if (claims.containsKey(claim)) {
            return claims.get(claim);
        }
        int dot = claim.indexOf('.');
        if (dot <= 0 || !(claims.get(claim.substring(0, dot)) instanceof Map<?, ?> inner)) {
            return null;
        }
        Object found = null;
        for (Map.Entry<?, ?> entry : inner.entrySet()) {
            if (claim.substring(dot + 1).equals(entry.getKey())) {
                found = entry.getValue();
            }
        }
        return found;
    }
}
