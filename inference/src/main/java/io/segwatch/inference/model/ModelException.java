package io.segwatch.inference.model;

/**
 * A model directory that breaks its contract or cannot run here; the message names the file, the field and the remedy.
 */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
