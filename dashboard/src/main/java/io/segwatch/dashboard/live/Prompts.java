package io.segwatch.dashboard.live;

import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Prompt;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The prompts sent through this dashboard and their newest answers. Bounded: the oldest is forgotten. Threadsafe. */
public final class Prompts {
    private static final int MAX_KEPT = 500;

    private static final class Entry {
        private final Prompt prompt;
        private final Promise<InstanceMask> first = Promise.promise();
        private InstanceMask newest;

        private Entry(Prompt prompt) {
            this.prompt = prompt;
        }
    }

    private final Map<String, Entry> byId = new LinkedHashMap<>();

    /** A prompt of the same id takes the place of the one before, and waits for an answer of its own. */
    public synchronized void add(Prompt prompt) {
        byId.remove(prompt.getId());
        byId.put(prompt.getId(), new Entry(prompt));
        if (byId.size() > MAX_KEPT) {
            byId.remove(byId.keySet().iterator().next());
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
