package io.segwatch.ingest;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The body of an answer, while it is being read. A playlist is read at once, because it is bounded and checked. */
final class HttpBody implements Closeable {
    private static final Pattern PICTURE = Pattern.compile("(?i)\\.(jpe?g|jpe)([?#]|$)");
    private static final Pattern WHOLE = Pattern.compile("bytes \\d+-\\d+/(\\d{1,18})");

    /** Where it came from at last. */
    final String url;
    /** Bytes of the whole, of which this may be the end; -1 when the server does not say. */
    final long size;
    /** Whether the server can be asked for a part of it. */
    final boolean seekable;
    /** FFmpeg's input format, where its first bytes and the server's word for it tell; else null. */
    final String format;

    final InputStream in;
    private final HttpAnswer answer;

    private HttpBody(HttpAnswer answer, InputStream in, String url, byte[] start) {
        this.answer = answer;
        this.in = in;
        this.url = url;
        this.format = format(start, answer, url);
        boolean playlist = "hls".equals(format);
        Matcher range = WHOLE.matcher(answer.header("Content-Range"));
        boolean part = answer.status() == 206 && range.matches() && !playlist;
        this.size = playlist ? -1 : part ? Long.parseLong(range.group(1)) : answer.length();
        this.seekable = part;
    }

    /** FFmpeg knows neither the server's word nor, of what is given to it, more than the end of its address. */
    private static String format(byte[] start, HttpAnswer answer, String url) {
        String type = answer.header("Content-Type").strip().toLowerCase(Locale.ROOT);
        if (Playlist.starts(start)) {
            return "hls";
        } else if (type.startsWith("multipart/x-mixed-replace")) {
            return "mpjpeg";
        }
        String first = new String(start, StandardCharsets.ISO_8859_1);
        boolean picture = type.startsWith("image/") || PICTURE.matcher(url).find();
        return picture && first.startsWith("\u00ff\u00d8")
                ? "jpeg_pipe"
                : first.startsWith("\u0089PNG") ? "png_pipe" : null;
    }

    /** @param moved whether the answer came from elsewhere than where FFmpeg believes it does */
    static HttpBody of(HttpAnswer answer, String url, boolean moved, Playlist playlists)
            throws IOException, GrabException {
        try {
            InputStream content = answer.content();
            byte[] start = content.readNBytes(Playlist.MARK_BYTES);
            InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), content);
            if (!Playlist.starts(start)) {
                return new HttpBody(answer, whole, url, start);
            }
            byte[] text = playlists.read(whole, url, moved);
            answer.close();
            return new HttpBody(answer, new ByteArrayInputStream(text), url, start);
        } catch (IOException | GrabException e) {
            answer.close();
            throw e;
        }
    }

    /** Ends the connection unless it has been read to the end. */
    @Override
    public void close() {
        answer.close();
    }
}
