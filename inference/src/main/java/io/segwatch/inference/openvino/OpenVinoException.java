package io.segwatch.inference.openvino;

/** OpenVINO cannot be loaded, or failed; the message says why. */
public final class OpenVinoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OpenVinoException(String message) {
        super(message);
    }

    OpenVinoException(String message, Throwable cause) {
        super(message, cause);
    }
}
