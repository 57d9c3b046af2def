package io.segwatch.bench.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches one camera over the WebSocket of the page, without a browser, and reports when a frame would be shown. */
final class HeadlessPage implements WebSocket.Listener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HeadlessPage.class);
    private static final ObjectMapper json = new ObjectMapper();

    private final LongConsumer shown;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private WebSocket socket;

    private HeadlessPage(LongConsumer shown) {
        this.shown = shown;
    }

    /**
     * Starts watching.
     *
     * @param shown gets the capture time of each frame that came with its overlay
     */
    static HeadlessPage open(URI page, String camera, LongConsumer shown) {
        HeadlessPage viewer = new HeadlessPage(shown);
        URI live = URI.create(
                page.toString().replaceFirst("^http", "ws").replaceFirst("/$", "") + "/api/live?camera=" + camera);
        viewer.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", page.toString().replaceFirst("/$", ""))
                .buildAsync(live, viewer)
                .join();
        return viewer;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        message.writeBytes(part);
        if (last) {
            frame(webSocket, ByteBuffer.wrap(message.toByteArray()));
            message.reset();
        }
        webSocket.request(1);
        return null;
    }

    /** Layout: u32 length of the JSON header, header, JPEG. */
    private void frame(WebSocket webSocket, ByteBuffer bytes) {
        byte[] header = new byte[bytes.getInt()];
        bytes.get(header);
        try {
            JsonNode frame = json.readTree(header);
            if (frame.path("observed").asBoolean()) {
                shown.accept(frame.path("capturedAt").asLong());
            }
            webSocket.sendText(
                    "{\"shown\":{\"epoch\":" + frame.path("epoch") + ",\"sequence\":" + frame.path("sequence") + "}}",
                    true);
        } catch (IOException e) {
            log.warn("The page got a frame whose header is no JSON", e);
        }
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        log.warn("The page lost its connection: {}", error.getMessage());
    }

    @Override
    public void close() {
        socket.abort();
    }
}
