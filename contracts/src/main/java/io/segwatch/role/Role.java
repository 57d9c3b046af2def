package io.segwatch.role;

import java.util.Optional;

/**
 * A running part of Segwatch: ingest, inference, topology, delivery or dashboard. A role starts in its static
 * {@code start} method; closing it stops its threads and flushes what it has sent.
 */
public interface Role extends AutoCloseable {
    /**
     * A role's answer to a GET request.
     *
     * @param status of HTTP
     * @param contentType of the body
     * @param location where another process answers; with status 307
     */
    record Response(int status, String contentType, String body, Optional<String> location) {
        public static Response json(String json) {
            return new Response(200, "application/json", json, Optional.empty());
        }

        /** @param problem in a sentence, with what to do about it */
        public static Response error(int status, String problem) {
            return new Response(status, "text/plain; charset=utf-8", problem + "\n", Optional.empty());
        }

        public static Response redirect(String url) {
            return new Response(307, "text/plain; charset=utf-8", url + "\n", Optional.of(url));
        }
    }

    /** As in the configuration, for example {@code ingest}. */
    String name();

    /** Why the role cannot do its work now, in a sentence for a person; empty when it can. Must not block. */
    Optional<String> notReady();

    /**
     * Why the role works and cannot keep up, in a sentence; empty when it does. It stays ready: whoever took it out
     * would only add to what is left undone. Must not block.
     */
    default Optional<String> degraded() {
        return Optional.empty();
    }

    /** False once the role has failed for good and the process should be restarted. Must not block. */
    default boolean alive() {
        return true;
    }

    /**
     * Answers a GET request that came to the process, where the role has more to show than metrics.
     *
     * @param path below the role's name, without a leading slash, decoded
     */
    default Optional<Response> get(String path) {
        return Optional.empty();
    }

    @Override
    void close();
}
