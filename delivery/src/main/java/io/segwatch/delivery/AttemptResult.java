package io.segwatch.delivery;

/**
 * How an attempt to post ended.
 *
 * @param reason a sentence for a person, without the address's path, which may hold a token; empty when delivered
 * @param retryAfterMs for how long the receiver wants no request, milliseconds; 0 when it did not ask
 */
record AttemptResult(ResultKind kind, String reason, long retryAfterMs) {
    enum ResultKind {
        DELIVERED,
        /** Another attempt may succeed. */
        FAILED,
        /** The receiver answered 410: it wants no request any more. */
        GONE,
        /** Nothing was sent; a person must change the secret or the configuration first. */
        BLOCKED
    }

    static final AttemptResult DELIVERED = new AttemptResult(ResultKind.DELIVERED, "", 0);

    static AttemptResult failed(String reason) {
        return new AttemptResult(ResultKind.FAILED, reason, 0);
    }

    static AttemptResult blocked(String reason) {
        return new AttemptResult(ResultKind.BLOCKED, reason, 0);
    }
}
