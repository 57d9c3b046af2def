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

    /** Enough to tell a playlist, and a boundary with the first header behind it. */
    private static final int MARK_BYTES = Math.max(100, Playlist.MARK_BYTES);

    /** Where it came from at last. */
    final String url;
    /** Bytes of the whole, of which this may be the end; -1 when the server does not say. */
    final long size;
    /** Whether the server can be asked for a part of it. */
    final boolean seekable;
    /** FFmpeg's input format, where its first bytes and the server's word for it tell; else null. */
    final String format;

    /** The pictures, where it is a stream of JPEGs however they are strung together; else null. */
    final JpegParts jpegs;

    final InputStream in;
    private final HttpAnswer answer;

    private HttpBody(HttpAnswer answer, InputStream in, String url, byte[] start) {
        this.answer = answer;
        this.in = in;
        this.jpegs = in instanceof JpegParts parts ? parts : null;
        this.url = url;
        this.format = jpegs != null ? "mpjpeg" : format(start, answer, url);
        boolean playlist = "hls".equals(format);
        Matcher range = WHOLE.matcher(answer.header("Content-Range"));
        boolean part = answer.status() == 206 && range.matches() && !playlist;
        this.size = playlist ? -1 : part ? Long.parseLong(range.group(1)) : answer.length();
        this.seekable = part && jpegs == null;
    }

    /** FFmpeg knows neither the server's word nor, of what is given to it, more than the end of its address. */
    private static String format(byte[] start, HttpAnswer answer, String url) {
        String type = type(answer);
        if (Playlist.starts(start)) {
            return "hls";
        }
        String first = new String(start, StandardCharsets.ISO_8859_1);
        boolean picture = type.startsWith("image/") || PICTURE.matcher(url).find();
        return picture && first.startsWith("\u00ff\u00d8")
                ? "jpeg_pipe"
                : first.startsWith("\u0089PNG") ? "png_pipe" : null;
    }

    private static String type(HttpAnswer answer) {
        return answer.header("Content-Type").replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    /**
     * Begins to read.
     *
     * @param mostPicture bytes of a picture of a stream of JPEGs
     * @param moved whether the answer came from elsewhere than where FFmpeg believes it does
     */
    static HttpBody of(HttpAnswer answer, String url, long mostPicture, boolean moved, Playlist playlists)
            throws IOException, GrabException {
        try {
            InputStream content = answer.content();
            byte[] start = content.readNBytes(MARK_BYTES);
            InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), content);
            if (!Playlist.starts(start)) {
                boolean jpegs = JpegParts.isStream(type(answer), start, answer.length());
                return new HttpBody(answer, jpegs ? new JpegParts(whole, mostPicture) : whole, url, start);
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
