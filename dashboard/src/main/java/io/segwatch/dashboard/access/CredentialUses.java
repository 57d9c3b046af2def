package io.segwatch.dashboard.access;

import io.segwatch.contracts.AccessKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When sessions and tokens were last used: at once here, about once a minute for other dashboards. Threadsafe. */
final class CredentialUses {
    private static final long WRITTEN_EVERY_MS = 60_000;

    private final AccessStore store;
    private final Map<String, Long> here = new ConcurrentHashMap<>();
    /** When writing was last tried. */
    private final Map<String, Long> asked = new ConcurrentHashMap<>();

    CredentialUses(AccessStore store) {
        this.store = store;
    }

    void now(String credential) {
        long now = System.currentTimeMillis();
        here.put(credential, now);
        long written = Math.max(store.usedAtMs(credential), asked.getOrDefault(credential, 0L));
        if (now - written >= WRITTEN_EVERY_MS) {
            asked.put(credential, now);
            // Not worth a request's failure.
            store.putUse(credential, now);
        }
    }

    /** Milliseconds since 1970; 0 for never. */
    long lastMs(String credential) {
        return Math.max(here.getOrDefault(credential, 0L), store.usedAtMs(credential));
    }

    /** Forgets the uses of what is no longer there. */
    void sweep() {
        here.keySet().removeIf(credential -> !exists(credential));
        asked.keySet().retainAll(here.keySet());
        store.used().stream()
                .filter(credential -> !exists(credential))
                .forEach(credential -> store.remove(AccessKey.USES + credential));
    }

    private boolean exists(String credential) {
        return credential.startsWith(AccessKey.TOKENS)
                ? store.token(credential.substring(AccessKey.TOKENS.length())).isPresent()
                : store.session(credential.substring(Math.min(credential.length(), AccessKey.SESSIONS.length())))
                        .isPresent();
    }
}
