package io.segwatch.ingest;

import java.io.IOException;

/** Scheme and port do not go together, or seem not to. The message is a sentence with the remedy. */
final class WrongPort extends IOException {
    private static final long serialVersionUID = 1;

    /** Whether a camera that is just starting may look the same. */
    final boolean passing;

    private WrongPort(String sentence, boolean passing, Throwable cause) {
        super(sentence, cause);
        this.passing = passing;
    }

    /** @param cause what the handshake ended with */
    static WrongPort plain(IOException cause) {
        return new WrongPort(
                "what answers there does not speak TLS. Give the port of TLS, or an address with http:// or rtsp://,"
                        + " which is not encrypted.",
                false,
                cause);
    }

    static WrongPort silent(IOException cause) {
        return new WrongPort(
                "nobody there answers to TLS, or hangs up. Check the port, which may be one of plain http:// or"
                        + " rtsp://, and which versions of TLS the camera knows.",
                true,
                cause);
    }

    static WrongPort sealed() {
        return new WrongPort(
                "what answers there speaks TLS. Give the address with https:// or rtsps://, or the port that is not"
                        + " encrypted.",
                false,
                null);
    }

    static WrongPort closed() {
        return new WrongPort(
                "the connection was closed without an answer. Check that the camera is ready, and the port, which may"
                        + " be one of https:// or rtsps://.",
                true,
                null);
    }
}
