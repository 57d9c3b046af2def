package io.segwatch.ingest;

/** Why a camera gives no pictures, in words for a person, with the remedy and without any credentials. */
final class GrabException extends Exception {
    private static final long serialVersionUID = 1;

    GrabException(String reason) {
        super(reason);
    }
}
