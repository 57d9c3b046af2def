package io.segwatch.ingest;

/** Why a camera gives no pictures: a sentence with a remedy and without credentials. */
final class GrabException extends Exception {
    private static final long serialVersionUID = 1;

    /** When it makes sense to ask the camera again. */
    enum Retry {
        /** As soon as it is back: it is away, as while it restarts. */
        SOON,
        /** Later each time: asking mends nothing, and a camera may lock out a user whose password is wrong. */
        LATER,
        /** As late as ever, because the attempt itself cost much. */
        RARELY
    }

    final Retry retry;

    GrabException(String reason) {
        this(reason, Retry.LATER);
    }

    GrabException(String reason, Retry retry) {
        super(reason);
        this.retry = retry;
    }
}
