package io.segwatch.dashboard.rest;

import com.google.protobuf.Message;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What sets one kind of definition apart from the others. Methods run on the event loop unless they say otherwise. */
interface DefinitionKind<T extends Message> {
    /** As in messages, for example {@code camera}. */
    String name();

    /** As in paths, for example {@code cameras}. */
    String plural();

    /** What the id of a definition without one is made from. */
    String label(JsonObject body);

    /**
     * The body as the definition {@code id}.
     *
     * @param old what it replaces
     */
    Draft<T> read(String id, JsonObject body, Optional<T> old);

    /**
     * What a definition that is good by itself names and is not there. It may go on naming what {@code old}, which it
     * replaces, named: else nobody could disable it.
     */
    default List<Problem> missing(T definition, Optional<T> old) {
        return List.of();
    }

    /**
     * What is probably not meant, or not known, and is stored all the same, for the answer to the request that writes
     * it.
     *
     * @param old what it replaces
     * @param others every definition of the kind but the one that is written
     */
    default List<Problem> warnings(T definition, Optional<T> old, List<T> others) {
        return List.of();
    }

    /** The cameras that it is for; empty for all. */
    List<String> cameras(T definition);

    /** The definition without the cameras that somebody may not see. */
    default T seenBy(Principal principal, T definition) {
        return definition;
    }

    /** What in a definition somebody may not do or name, as if what they may not see were not there. */
    default List<Problem> notAllowed(Principal principal, T definition, Optional<T> old) {
        return List.of();
    }

    /**
     * Adds to an answer what the service derives from the definition; {@link #read} takes it out again.
     *
     * @param principal whom it is for
     */
    default void describe(T definition, JsonObject answer, Principal principal) {}

    /** Removes the secret of a definition that was deleted; blocks. */
    default void removeSecret(String id) throws IOException {}

    /** Keeps a definition's secret in its file; blocks. */
    interface SecretWrite {
        void run() throws IOException;
    }

    /**
     * A definition that is not stored yet.
     *
     * @param secret empty when it comes with none
     * @param shown what the answer to the request that writes it holds besides, and no other; complete once the secret
     *     is written
     */
    record Draft<T>(T definition, Optional<SecretWrite> secret, JsonObject shown) {
        Draft(T definition, Optional<SecretWrite> secret) {
            this(definition, secret, new JsonObject());
        }

        static <T> Draft<T> of(T definition) {
            return new Draft<>(definition, Optional.empty());
        }
    }

    /** Of a list of ids, those that are not there and were not in the old list. */
    static List<Problem> missing(String kind, List<String> ids, List<String> old, Predicate<String> exists) {
        String field = kind + "s";
        return IntStream.range(0, ids.size())
                .filter(i -> !exists.test(ids.get(i)) && !old.contains(ids.get(i)))
                .mapToObj(i -> new Problem(
                        field + "[" + i + "]",
                        HttpProblem.missing(kind, ids.get(i)) + "; add it first, or name none for all " + field))
                .toList();
    }
}
