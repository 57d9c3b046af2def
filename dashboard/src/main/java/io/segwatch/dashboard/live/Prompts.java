package io.segwatch.dashboard.live;

import io.segwatch.v1.InstanceMask;
import io.segwatch.v1.Prompt;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The prompts asked through this dashboard and their newest answers. Bounded: the oldest is forgotten. Threadsafe. */
public final class Prompts {
    private static final int MAX_KEPT = 500;

    private static final class Asked {
        private final Prompt prompt;
        private final Promise<InstanceMask> first = Promise.promise();
        private InstanceMask newest;

        private Asked(Prompt prompt) {
            this.prompt = prompt;
        }
    }

    private final Map<String, Asked> byId = new LinkedHashMap<>();

    /** A prompt of the same id takes the place of the one before, and waits for an answer of its own. */
    public synchronized void ask(Prompt prompt) {
        byId.remove(prompt.getId());
        byId.put(prompt.getId(), new Asked(prompt));
        if (byId.size() > MAX_KEPT) {
            byId.remove(byId.keySet().iterator().next());
        }
    }

    synchronized void answer(InstanceMask mask) {
        Asked asked = byId.get(mask.getPrompt());
        if (asked != null) {
            asked.newest = mask;
            asked.first.tryComplete(mask);
        }
    }

    public synchronized Optional<Prompt> find(String id) {
        return Optional.ofNullable(byId.get(id)).map(asked -> asked.prompt);
    }

    /** The newest answer, or the first one when it comes. */
    public synchronized Future<InstanceMask> answerOf(String id) {
        Asked asked = byId.get(id);
        return asked.newest == null ? asked.first.future() : Future.succeededFuture(asked.newest);
    }

    public synchronized void forget(String id) {
        byId.remove(id);
    }
}
