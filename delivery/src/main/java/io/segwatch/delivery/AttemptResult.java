package io.segwatch.delivery;

/**
 * How an attempt to post ended.
 *
 * @param reason in words for a person, without the address's path; empty when it was taken
 * @param retryAfterMs for how long the receiver wants no request, milliseconds; 0 when it did not say
 */
record AttemptResult(Kind kind, String reason, long retryAfterMs) {
    enum Kind {
        DELIVERED,
        /** Another attempt may succeed. */
        FAILED,
        /** The receiver wants nothing any more. */
        GONE,
        /** Nothing was sent, nor can be until a person has done something. */
        BLOCKED
    }

    static final AttemptResult DELIVERED = new AttemptResult(Kind.DELIVERED, "", 0);

    static AttemptResult failed(String reason) {
        return new AttemptResult(Kind.FAILED, reason, 0);
    }

    static AttemptResult blocked(String reason) {
        return new AttemptResult(Kind.BLOCKED, reason, 0);
    }
}
