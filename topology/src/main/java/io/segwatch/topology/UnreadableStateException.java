package io.segwatch.topology;

/** The store holds state that this version cannot read; another attempt would end in the same way. */
final class UnreadableStateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
