package io.segwatch.ingest;

/** Why a camera gives no pictures: a sentence with a remedy and without credentials. */
final class GrabException extends Exception {
    private static final long serialVersionUID = 1;

    GrabException(String reason) {
        super(reason);
    }
}
