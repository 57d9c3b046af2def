package io.segwatch.contracts;

/** A record's value is no message of its topic, or breaks what the topic's contract says of it. */
public final class MalformedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message names the field and what is wrong with it */
    public MalformedRecordException(String message) {
        super(message);
    }

    public MalformedRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
