package io.segwatch.inference.model;

/**
 * A model directory that does not hold to its contract, or that cannot run here: names the file, the field and the
 * remedy.
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
