package io.segwatch.bench.faults;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network with faults between an RTSP server and its client, who speak through one TCP connection (RTP interleaved,
 * RFC 2326 section 10.12). Threadsafe.
 */
final class FaultyLink implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final int QUEUE = 4_096;
    private static final int MAX_TEXT = 64 << 10;
    private static final int RTP_HEADER = 12;

    /** What the server sent, and when the client may have it. */
    private record Parcel(byte[] bytes, long dueNanos) {}

    final int port;
    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Random random = new Random(22);
    private volatile Duration delay = Duration.ZERO;
    private volatile double loss;
    private volatile boolean frozen;
    private volatile int timestampOffset;

    /** Listens on a free port and connects to {@code target} on this machine. */
    FaultyLink(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        this.port = listener.getLocalPort();
        run("link-accept", this::accept);
    }

    /** Everything from the server takes so long. */
    void delay(Duration delay) {
        this.delay = delay;
    }

    /** This share of the server's RTP packets is dropped, 0..1. */
    void loss(double share) {
        this.loss = share;
    }

    /** Nothing comes through, and no connection ends. */
    void freeze(boolean frozen) {
        this.frozen = frozen;
    }

    /** From now on the RTP timestamps are so far off. */
    void timestampOffset(Duration offset) {
        this.timestampOffset = (int) (offset.toMillis() * 90);
    }

    /** Ends what is connected; the next connection is taken. */
    void cut() {
        open.forEach(FaultyLink::close);
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket server;
            try {
                server = new Socket(InetAddress.getLoopbackAddress(), target);
            } catch (IOException e) {
                client.close();
                continue;
            }
            open.add(client);
            open.add(server);
            BlockingQueue<Parcel> parcels = new ArrayBlockingQueue<>(QUEUE);
            run("link-request", () -> pipe(client, server));
            run("link-read", () -> read(server, client, parcels));
            run("link-write", () -> write(parcels, client, server));
        }
    }

    private void pipe(Socket from, Socket to) throws IOException {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } finally {
            end(from, to);
        }
    }

    private void read(Socket server, Socket client, BlockingQueue<Parcel> parcels)
            throws IOException, InterruptedException {
        try {
            DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
            while (true) {
                int first = in.readUnsignedByte();
                byte[] bytes = first == '$' ? interleaved(in) : message(first, in);
                if (bytes != null) {
                    parcels.put(new Parcel(bytes, System.nanoTime() + delay.toNanos()));
                }
            }
        } finally {
            end(server, client);
        }
    }

    /** A packet with its frame; null when it is lost. */
    private byte[] interleaved(DataInputStream in) throws IOException {
        int channel = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        byte[] bytes = new byte[4 + length];
        bytes[0] = '$';
        bytes[1] = (byte) channel;
        bytes[2] = (byte) (length >> 8);
        bytes[3] = (byte) length;
        in.readFully(bytes, 4, length);
        boolean rtp = channel % 2 == 0 && length >= RTP_HEADER;
        if (rtp && timestampOffset != 0) {
            int at = 8;
            int timestamp = (bytes[at] & 255) << 24
                    | (bytes[at + 1] & 255) << 16
                    | (bytes[at + 2] & 255) << 8
                    | bytes[at + 3] & 255;
            timestamp += timestampOffset;
            for (int i = 0; i < 4; i++) {
                bytes[at + i] = (byte) (timestamp >> 24 - 8 * i);
            }
        }
        return rtp && random.nextDouble() < loss ? null : bytes;
    }

    /** A text message of RTSP with its body. */
    private static byte[] message(int first, DataInputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(first);
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            bytes.write(in.readUnsignedByte());
            if (bytes.size() > MAX_TEXT) {
                throw new IOException("No end of an RTSP message within " + MAX_TEXT + " bytes");
            }
            head = bytes.toString(StandardCharsets.ISO_8859_1);
        }
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            bytes.write(in.readNBytes(Math.min(MAX_TEXT, Integer.parseInt(length.group(1)))));
        }
        return bytes.toByteArray();
    }

    private void write(BlockingQueue<Parcel> parcels, Socket client, Socket server)
            throws IOException, InterruptedException {
        try {
            OutputStream out = client.getOutputStream();
            while (!client.isClosed()) {
                Parcel parcel = parcels.poll(1, TimeUnit.SECONDS);
                if (parcel == null) {
                    continue;
                }
                TimeUnit.NANOSECONDS.sleep(parcel.dueNanos() - System.nanoTime());
                while (frozen && !client.isClosed()) {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                out.write(parcel.bytes());
            }
        } finally {
            end(client, server);
        }
    }

    private void end(Socket one, Socket other) {
        close(one);
        close(other);
        open.remove(one);
        open.remove(other);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed.
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void run(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The connection has ended.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
