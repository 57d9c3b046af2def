package io.segwatch.topology.camera;

/** An observation that breaks its contract; nothing has been changed by it. */
public final class MalformedObservation extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedObservation(String message) {
        super(message);
    }
}
