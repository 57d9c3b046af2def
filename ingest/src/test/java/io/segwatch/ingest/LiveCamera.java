package io.segwatch.ingest;

import io.segwatch.v1.Camera;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** An HTTP camera of ten pictures a second that counts who watches it. */
final class LiveCamera implements AutoCloseable {
    final String id;
    private final AtomicInteger watching = new AtomicInteger();
    private final StreamServer server;

    LiveCamera(String id) throws IOException {
        this.id = id;
        byte[] part = StreamServer.part(StreamServer.jpeg(1));
        server = StreamServer.start("multipart/x-mixed-replace; boundary=frame", out -> send(out, part));
    }

    private void send(OutputStream out, byte[] part) throws IOException {
        watching.incrementAndGet();
        try {
            while (true) {
                out.write(part);
                out.flush();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        } finally {
            watching.decrementAndGet();
        }
    }

    Camera definition() {
        return Camera.newBuilder().setId(id).setUrl(server.url()).build();
    }

    int watching() {
        return watching.get();
    }

    /** Since its start. */
    int connections() {
        return server.connections();
    }

    @Override
    public void close() {
        server.close();
    }
}
