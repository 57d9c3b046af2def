package io.segwatch.ingest;

/** Why a camera gives no pictures: a sentence with a remedy and without credentials. */
final class GrabException extends Exception {
    private static final long serialVersionUID = 1;

    /** Whether the attempt cost so much that the next one waits as long as any may. */
    final boolean costly;

    GrabException(String reason) {
        this(reason, false);
    }

    GrabException(String reason, boolean costly) {
        super(reason);
        this.costly = costly;
    }
}
