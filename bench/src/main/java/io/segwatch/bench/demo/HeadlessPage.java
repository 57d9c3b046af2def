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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches one camera over the WebSocket of the page, without a browser, and reports when a frame would be shown. */
public final class HeadlessPage implements WebSocket.Listener, AutoCloseable {
    /** Gets each picture that the page would show. */
    public interface Shown {
        /**
         * @param capturedAtMs milliseconds since 1970
         * @param observed whether the picture came with its overlay
         */
        void shown(long capturedAtMs, boolean observed);
    }

    private static final Logger log = LoggerFactory.getLogger(HeadlessPage.class);
    private static final ObjectMapper json = new ObjectMapper();

    private final Shown shown;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private WebSocket socket;

    private HeadlessPage(Shown shown) {
        this.shown = shown;
    }

    /**
     * Starts watching.
     *
     * @param page where the dashboard answers
     * @param shown called on a thread of the connection
     */
    public static HeadlessPage open(URI page, String camera, Shown shown) {
        return open(HttpClient.newHttpClient(), page, camera, shown);
    }

    /** As {@link #open(URI, String, Shown)}, with a client that many of them share. */
    public static HeadlessPage open(HttpClient client, URI page, String camera, Shown shown) {
        HeadlessPage viewer = new HeadlessPage(shown);
        URI live = URI.create(
                page.toString().replaceFirst("^http", "ws").replaceFirst("/$", "") + "/api/live?camera=" + camera);
        viewer.socket = client.newWebSocketBuilder()
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
            shown.shown(
                    frame.path("capturedAt").asLong(), frame.path("observed").asBoolean());
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
