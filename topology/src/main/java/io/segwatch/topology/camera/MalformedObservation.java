package io.segwatch.topology.camera;

/** An observation that breaks its contract; nothing has been changed by it. */
public final class MalformedObservation extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message names the field and what is wrong with it */
    public MalformedObservation(String message) {
        super(message);
    }
}
