package io.segwatch.dashboard.live;

import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Prompt;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The prompts sent through this dashboard and their newest answers. Bounded: the oldest is forgotten. Threadsafe. */
public final class Prompts {
    private static final int MAX_KEPT = 500;

    private static final class Entry {
        private final Prompt prompt;
        private final Promise<InstanceMask> first = Promise.promise();
        private final String owner;
        private InstanceMask newest;

        private Entry(Prompt prompt, String owner) {
            this.prompt = prompt;
            this.owner = owner;
        }
    }

    private final Map<String, Entry> byId = new LinkedHashMap<>();

    /**
     * A prompt of the same id takes the place of the one before, and waits for an answer of its own.
     *
     * @param owner who asks: when there are too many, who has asked most loses the oldest
     */
    public synchronized void add(Prompt prompt, String owner) {
        byId.remove(prompt.getId());
        byId.put(prompt.getId(), new Entry(prompt, owner));
        if (byId.size() > MAX_KEPT) {
            Map<String, Integer> held = new HashMap<>();
            byId.values().forEach(entry -> held.merge(entry.owner, 1, Integer::sum));
            int most = Collections.max(held.values());
            byId.values().stream()
                    .filter(entry -> held.get(entry.owner) == most)
                    .findFirst()
                    .ifPresent(entry -> byId.remove(entry.prompt.getId()));
        }
    }

    synchronized void answer(InstanceMask mask) {
        Entry entry = byId.get(mask.getPrompt());
        if (entry != null) {
            entry.newest = mask;
            entry.first.tryComplete(mask);
        }
    }

    public synchronized Optional<Prompt> find(String id) {
        return Optional.ofNullable(byId.get(id)).map(entry -> entry.prompt);
    }

    /** The newest answer, or the first one when it comes. */
    public synchronized Future<InstanceMask> answerOf(String id) {
        Entry entry = byId.get(id);
        return entry.newest == null ? entry.first.future() : Future.succeededFuture(entry.newest);
    }

    public synchronized void forget(String id) {
        byId.remove(id);
    }
}
