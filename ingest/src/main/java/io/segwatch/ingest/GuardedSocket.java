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

    private final Deadline deadline;

    GuardedSocket(Deadline deadline) {
        this.deadline = deadline;
        deadline.closeWhenCancelled(this);
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
                        return read;
                    } catch (SocketTimeoutException e) {
                        // The deadline may have been moved meanwhile.
                    }
                }
            }
        };
    }

    @Override
    public synchronized void close() throws IOException {
        deadline.forget(this);
        super.close();
    }
}
