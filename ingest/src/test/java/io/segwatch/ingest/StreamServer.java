package io.segwatch.ingest;

import com.sun.net.httpserver.HttpServer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/** An HTTP camera whose answer is written by the test. */
final class StreamServer implements AutoCloseable {
    /** Writes an answer's body until the client is gone. */
    interface Body {
        void send(OutputStream out) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final AtomicInteger connections = new AtomicInteger();

    private StreamServer(String contentType, Body body) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", exchange -> {
            connections.incrementAndGet();
            if (!contentType.isEmpty()) {
                exchange.getResponseHeaders().add("Content-Type", contentType);
            }
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                body.send(out);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    static StreamServer start(String contentType, Body body) throws IOException {
        return new StreamServer(contentType, body);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/stream";
    }

    int connections() {
        return connections.get();
    }

    /** Number {@code n} of a series: each of another grey, with noise that makes it some kilobytes long. */
    static byte[] jpeg(int n) throws IOException {
        BufferedImage image = new BufferedImage(320, 192, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(n * 16 % 256, n * 16 % 256, n * 16 % 256));
        graphics.fillRect(0, 0, 320, 192);
        graphics.dispose();
        Random random = new Random(n);
        for (int i = 0; i < 5_000; i++) {
            image.setRGB(random.nextInt(320), random.nextInt(192), random.nextInt(1 << 24));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpg", bytes);
        return bytes.toByteArray();
    }

    /** A part of multipart/x-mixed-replace; boundary=frame. */
    static byte[] part(byte[] jpeg) {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        part.writeBytes(("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + jpeg.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        part.writeBytes(jpeg);
        part.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        return part.toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
