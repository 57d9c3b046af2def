package io.segwatch.dashboard;

import io.segwatch.v1.FrameId;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** A page's WebSocket. */
final class LivePage implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient http = HttpClient.newHttpClient();

    final BlockingQueue<JsonObject> texts = new LinkedBlockingQueue<>();
    /** Headers of pictures; {@code jpegWidth} is what the JPEG has. */
    final BlockingQueue<JsonObject> pictures = new LinkedBlockingQueue<>();
    /** Code and reason. */
    final CompletableFuture<String> closed = new CompletableFuture<>();

    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private final WebSocket socket;
    private CompletableFuture<WebSocket> said = CompletableFuture.completedFuture(null);
    private volatile Consumer<JsonObject> drawn = header -> {};
    volatile byte[] lastJpeg;

    LivePage(DashboardRole role, String path) throws Exception {
        this(Caller.nobody(role), path);
    }

    LivePage(Caller caller, String path) throws Exception {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (!caller.header().isEmpty()) {
            builder.header(caller.header(), caller.value());
        }
        socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + caller.at().port() + path), this)
                .get(10, TimeUnit.SECONDS);
    }

    void say(String message) throws Exception {
        socket.sendText(message, true).get(5, TimeUnit.SECONDS);
    }

    void sayWithoutWaiting(String message) {
        CompletableFuture<WebSocket> before = said;
        said = before.thenCompose(done -> socket.sendText(message, true));
    }

    /** @param cameras as {@code {"id":"a","width":160}} */
    void watch(String... cameras) throws Exception {
        say("{\"watch\":[" + String.join(",", cameras) + "]}");
    }

    /** Acknowledges each picture from now on, on this executor. */
    void acknowledges(Executor when) {
        drawn = header -> when.execute(() -> socket.sendText(
                new JsonObject()
                        .put(
                                "shown",
                                new JsonObject()
                                        .put("camera", header.getString("camera"))
                                        .put("epoch", header.getLong("epoch"))
                                        .put("sequence", header.getLong("sequence")))
                        .encode(),
                true));
    }

    JsonObject pictureOf(FrameId frame) throws InterruptedException {
        for (JsonObject header; (header = pictures.poll(15, TimeUnit.SECONDS)) != null; ) {
            if (header.getString("camera").equals(frame.getCamera())
                    && header.getLong("sequence") == frame.getSequence()) {
                return header;
            }
        }
        throw new AssertionError("No picture of frame " + frame.getSequence());
    }

    JsonObject text(String type) throws InterruptedException {
        for (JsonObject message; (message = texts.poll(15, TimeUnit.SECONDS)) != null; ) {
            if (message.getString("type").equals(type)) {
                return message;
            }
        }
        throw new AssertionError("No message of type " + type);
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            texts.add(new JsonObject(text.toString()));
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        binary.writeBytes(bytes);
        if (last) {
            ByteBuffer message = ByteBuffer.wrap(binary.toByteArray());
            binary.reset();
            byte[] head = new byte[message.getInt()];
            message.get(head);
            byte[] jpeg = new byte[message.remaining()];
            message.get(jpeg);
            lastJpeg = jpeg;
            JsonObject header = new JsonObject(new String(head, StandardCharsets.UTF_8));
            pictures.add(header.put("jpegWidth", widthOf(jpeg)));
            drawn.accept(header);
        }
        webSocket.request(1);
        return null;
    }

    private static int widthOf(byte[] jpeg) {
        try {
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
            return picture.getWidth();
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        closed.complete(code + " " + reason);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
