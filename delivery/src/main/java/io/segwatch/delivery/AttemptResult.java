package io.segwatch.delivery;

/**
 * How an attempt to post ended.
 *
 * @param status of HTTP, 0 when there was no answer
 * @param reason a sentence for a person, without the address's path, which may hold a token; empty when delivered
 * @param retryAfterMs for how long the receiver wants no request, milliseconds; 0 when it did not ask
 */
record AttemptResult(ResultKind kind, int status, String reason, long retryAfterMs) {
    enum ResultKind {
        DELIVERED,
        /** Another attempt may succeed. */
        FAILED,
        /** The receiver wants no request any more, or is not there any more: a person must change the webhook first. */
        GONE,
        /** Nothing was sent; a person must change the secret or the configuration first. */
        BLOCKED
    }

    static AttemptResult delivered(int status) {
        return new AttemptResult(ResultKind.DELIVERED, status, "", 0);
    }

    static AttemptResult gone(int status, String reason) {
        return new AttemptResult(ResultKind.GONE, status, reason, 0);
    }

    static AttemptResult failed(String reason) {
        return new AttemptResult(ResultKind.FAILED, 0, reason, 0);
    }

    static AttemptResult blocked(String reason) {
        return new AttemptResult(ResultKind.BLOCKED, 0, reason, 0);
    }
}
