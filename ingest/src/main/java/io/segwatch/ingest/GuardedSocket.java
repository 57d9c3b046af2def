package io.segwatch.ingest;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;

/** A connection to a camera: every byte that it brings counts, and no wait is longer than the camera's deadline. */
final class GuardedSocket extends Socket {
    private static final String PASSED = "The deadline of this camera has passed";

    /** How a TLS alert begins; no line of HTTP or RTSP does. */
    private static final int ALERT = 0x15;

    private final Deadline deadline;
    /** Whether the next byte is the first, and one of plain text. */
    private volatile boolean expectsText = true;

    GuardedSocket(Deadline deadline) {
        this.deadline = deadline;
        deadline.closeWhenCancelled(this);
    }

    /** What comes is TLS. */
    void sealed() {
        expectsText = false;
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        if (deadline.passed()) {
            throw new SocketTimeoutException(PASSED);
        }
        int left = deadline.leftMs();
        super.connect(endpoint, timeout == 0 ? left : Math.min(timeout, left));
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                while (true) {
                    if (deadline.passed()) {
                        throw new SocketTimeoutException(PASSED);
                    }
                    setSoTimeout(deadline.leftMs());
                    try {
                        int read = in.read(into, offset, length);
                        deadline.received(Math.max(0, read));
                        if (expectsText && length > 0) {
                            checkFirst(read, into[offset]);
                        }
                        return read;
                    } catch (SocketTimeoutException e) {
                        // The deadline may have been moved meanwhile.
                    }
                }
            }
        };
    }

    private void checkFirst(int read, byte first) throws WrongPort {
        expectsText = false;
        if (read < 0) {
            throw WrongPort.closed();
        } else if (first == ALERT) {
            throw WrongPort.sealed();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        deadline.forget(this);
        super.close();
    }
}
