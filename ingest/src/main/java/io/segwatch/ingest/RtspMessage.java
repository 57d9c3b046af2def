package io.segwatch.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A request or an answer of RTSP, with its body; or a packet of media that came in between. */
final class RtspMessage {
    /** Bytes of all header lines together. */
    private static final int MAX_HEAD = 16 << 10;

    private static final int MAX_BODY = 64 << 10;

    /** It is longer than anything that a camera has to say. */
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1;

        TooLong(String what) {
            super(what);
        }
    }

    final String startLine;
    final List<String> headers;
    private final byte[] body;

    private RtspMessage(String startLine, List<String> headers, byte[] body) {
        this.startLine = startLine;
        this.headers = headers;
        this.body = body;
    }

    /**
     * The next message whose first byte has been read already; null at the end of the connection.
     *
     * @throws TooLong for a head or a body beyond the bounds, before more than these has been read
     */
    static RtspMessage read(int first, InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int length = 0;
        for (int next = first; ; next = in.read()) {
            if (next < 0) {
                return null;
            } else if (++length > MAX_HEAD) {
                throw new TooLong("headers of more than " + (MAX_HEAD >> 10) + " KiB");
            } else if (next != '\n') {
                line.append((char) next);
                continue;
            }
            String text = line.toString().stripTrailing();
            line.setLength(0);
            if (!text.isEmpty()) {
                lines.add(text);
            } else if (!lines.isEmpty()) {
                break;
            }
        }
        RtspMessage head = new RtspMessage(lines.get(0), lines.subList(1, lines.size()), new byte[0]);
        int bytes = head.bodyLength();
        return bytes == 0 ? head : new RtspMessage(head.startLine, head.headers, in.readNBytes(bytes));
    }

    private int bodyLength() throws TooLong {
        String declared = header("Content-Length").orElse("0");
        if (!declared.matches("\\d{1,18}")) {
            throw new TooLong("a Content-Length that is no number");
        }
        long bytes = Long.parseLong(declared);
        if (bytes > MAX_BODY) {
            throw new TooLong("a description (SDP) of " + bytes + " bytes");
        }
        return Math.toIntExact(bytes);
    }

    Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    List<String> headers(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .toList();
    }

    /** The same with this header instead of all of its name. */
    RtspMessage with(String name, String value) {
        RtspMessage rest = without(name);
        List<String> all = new ArrayList<>(rest.headers);
        all.add(name + ": " + value);
        return new RtspMessage(startLine, all, body);
    }

    RtspMessage without(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        List<String> others = headers.stream()
                .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(start))
                .toList();
        return new RtspMessage(startLine, others, body);
    }

    RtspMessage withStartLine(String line) {
        return new RtspMessage(line, headers, body);
    }

    /** Of an answer; 0 for a request. */
    int status() {
        String[] words = startLine.split(" ", 3);
        return words.length > 1 && words[0].startsWith("RTSP/") && words[1].matches("\\d{3}")
                ? Integer.parseInt(words[1])
                : 0;
    }

    /** Of a request. */
    String method() {
        return startLine.split(" ", 2)[0];
    }

    /** Of a request: the address that it is about. */
    String target() {
        String[] words = startLine.split(" ", 3);
        return words.length > 1 ? words[1] : "";
    }

    void write(OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder(startLine).append("\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
    }
}
