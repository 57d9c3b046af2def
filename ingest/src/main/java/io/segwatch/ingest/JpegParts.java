package io.segwatch.ingest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stream of JPEGs however a camera strings them together (with or without boundaries, part headers or right lengths,
 * other parts in between), as the multipart stream that FFmpeg reads: each picture is passed on as soon as its last
 * byte is there. A picture is bounded, and one that is cut off is left out. For one thread.
 */
final class JpegParts extends InputStream {
    private static final Pattern HEADERS = Pattern.compile("(?i)(--[^\\r\\n]*\\r?\\n)?content-[a-z]+:");
    private static final Pattern TYPE = Pattern.compile("(?i)content-type:[ \\t]*([!-~]{1,60})");
    private static final int KEPT = 512;

    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;

    private final InputStream in;
    private final long most;
    private final StringBuilder between = new StringBuilder();
    private byte[] part = new byte[0];
    private int at;
    private long pictures;
    private boolean ended;
    private boolean bare = true;
    private String otherType = "";

    /** @param most bytes of a picture */
    JpegParts(InputStream in, long most) {
        this.in = new BufferedInputStream(in, 1 << 14);
        this.most = most;
    }

    /**
     * Whether an answer is a stream of JPEGs.
     *
     * @param type its media type, in lower case; may be empty or wrong
     * @param start its first bytes
     * @param length as the server declares it, or -1
     */
    static boolean isStream(String type, byte[] start, long length) {
        boolean jpeg = start.length > 2 && (start[0] & 255) == 255 && (start[1] & 255) == SOI && start[2] == -1;
        return type.startsWith("multipart/")
                || length < 0 && jpeg
                || HEADERS.matcher(new String(start, StandardCharsets.ISO_8859_1))
                        .lookingAt();
    }

    /** Whether it was one picture and nothing else. */
    boolean still() {
        return ended && bare && pictures == 1;
    }

    /** What was there instead of a picture, as the rest of a sentence; empty where nothing is odd. */
    String odd() {
        if (pictures > 0) {
            return "";
        }
        return otherType.isEmpty()
                ? "it sends no JPEG"
                : "its parts are of " + otherType + " rather than image/jpeg; choose MJPEG in the camera";
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (at == part.length) {
            byte[] jpeg = picture();
            if (jpeg == null) {
                ended = true;
                return -1;
            }
            pictures++;
            byte[] head = ("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + jpeg.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length + jpeg.length + 2);
            whole.writeBytes(head);
            whole.writeBytes(jpeg);
            whole.writeBytes(new byte[] {'\r', '\n'});
            part = whole.toByteArray();
            at = 0;
        }
        int read = Math.min(length, part.length - at);
        System.arraycopy(part, at, into, from, read);
        at += read;
        return read;
    }

    @Override
    public int available() {
        return part.length - at;
    }

    /** The next whole picture; null at the end. */
    private byte[] picture() throws IOException {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream(1 << 15);
        boolean started = findStart();
        while (started) {
            jpeg.reset();
            jpeg.write(255);
            jpeg.write(SOI);
            int last = readMarkers(jpeg);
            if (last == EOI) {
                return jpeg.toByteArray();
            }
            // A new picture begins in the middle of one that was cut off, or what looked like one was none.
            started = last == SOI || last >= 0 && findStart();
        }
        return null;
    }

    /** Skips to behind the next start of a picture. */
    private boolean findStart() throws IOException {
        int before = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (before == 255 && next == SOI) {
                between.setLength(0);
                return true;
            }
            before = next;
            keep(next);
        }
        return false;
    }

    /** The type of a part that is no picture is told to people. */
    private void keep(int next) {
        bare = bare && (next == '\r' || next == '\n' || next == 0 || next == 255);
        if (next == '\n') {
            Matcher type = TYPE.matcher(between);
            if (type.find() && !type.group(1).toLowerCase(Locale.ROOT).startsWith("image/jp")) {
                otherType = type.group(1).replaceFirst(";.*", "");
            }
            between.setLength(0);
        } else if (between.length() < KEPT) {
            between.append((char) next);
        }
    }

    /**
     * Copies markers and what belongs to them; EOI, SOI of another picture, 0 for what is no JPEG, or -1 at the end.
     */
    private int readMarkers(ByteArrayOutputStream jpeg) throws IOException {
        int marker = marker(in.read());
        while (marker > 0 && marker != SOI && jpeg.size() < most) {
            jpeg.write(255);
            jpeg.write(marker);
            if (marker == EOI) {
                return EOI;
            }
            boolean alone = marker == 1 || marker >= 0xd0 && marker <= 0xd7;
            if (!alone && !segment(jpeg)) {
                return -1;
            }
            marker = marker == SOS || alone ? scan(jpeg) : marker(in.read());
        }
        return marker < 0 ? -1 : marker == SOI ? SOI : 0;
    }

    /** The marker that begins with this byte; 0 for none, -1 at the end. */
    private int marker(int first) throws IOException {
        int next = first;
        if (next != 255) {
            return next < 0 ? -1 : 0;
        }
        while (next == 255) {
            next = in.read();
        }
        return next;
    }

    /** A marker's segment, by its length. */
    private boolean segment(ByteArrayOutputStream jpeg) throws IOException {
        int high = in.read();
        int low = in.read();
        int length = (high << 8 | low) - 2;
        if (high < 0 || low < 0 || length < 0) {
            return false;
        }
        jpeg.write(high);
        jpeg.write(low);
        byte[] content = in.readNBytes(length);
        jpeg.writeBytes(content);
        return content.length == length;
    }

    /** Coded data up to the next marker, which is returned; 0 when it grows too large, -1 at the end. */
    private int scan(ByteArrayOutputStream jpeg) throws IOException {
        while (jpeg.size() < most) {
            int next = in.read();
            if (next < 0) {
                return -1;
            }
            if (next != 255) {
                jpeg.write(next);
                continue;
            }
            int marker = marker(next);
            if (marker != 0 && (marker < 0xd0 || marker > 0xd7)) {
                return marker;
            }
            jpeg.write(255);
            jpeg.write(marker);
        }
        return 0;
    }
}
