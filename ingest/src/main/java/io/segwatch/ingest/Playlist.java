package io.segwatch.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * HLS playlists before FFmpeg sees them: bounded, each and together, and with whole addresses when they were
 * redirected. Those of one camera.
 */
final class Playlist {
    /** Bytes that tell whether it is one. */
    static final int MARK_BYTES = 10;

    private static final int MAX_BYTES = 512 << 10;
    private static final int MAX_LINES = 10_000;
    private static final int MAX_STREAMS = 64;
    /** For all playlists of a camera: FFmpeg keeps a record and an address for each line. */
    private static final long MAX_MEMORY = 16 << 20;

    private static final int RECORD_BYTES = 150;
    private static final Pattern STREAM = Pattern.compile("(?m)^#EXT-X-(STREAM-INF|MEDIA):");
    private static final Pattern URI_ATTRIBUTE = Pattern.compile("URI=\"([^\"]*)\"");
    private static final Pattern NOT_LEGAL = Pattern.compile("[^A-Za-z0-9\\-._~:/?#\\[\\]@!$&'()*+,;=%]");
    private static final Pattern BARE_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private final InputSpec source;
    /** What FFmpeg keeps of each, by address. */
    private final Map<String, Long> memory = new HashMap<>();
    /** How many a playlist of playlists names, which may name one again and again. */
    private long streams;

    Playlist(InputSpec source) {
        this.source = source;
    }

    static boolean starts(byte[] start) {
        return new String(start, StandardCharsets.UTF_8).replace("\uFEFF", "").startsWith("#EXTM3U");
    }

    /**
     * @param moved whether FFmpeg believes that it came from elsewhere than {@code url}, and would take its relative
     *     addresses for others
     * @throws GrabException when it is too long, or all are together
     */
    byte[] read(InputStream in, String url, boolean moved) throws IOException, GrabException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        String text = new String(bytes, StandardCharsets.UTF_8);
        streams = Math.max(streams, STREAM.matcher(text).results().count());
        long lines = text.lines().count();
        memory.put(url, bytes.length + lines * (url.length() + RECORD_BYTES));
        if (bytes.length > MAX_BYTES || lines > MAX_LINES) {
            throw tooLong("a playlist of more than " + (MAX_BYTES >> 10) + " KiB or " + MAX_LINES + " lines");
        } else if (streams > MAX_STREAMS || memory.size() > MAX_STREAMS || expected() > MAX_MEMORY) {
            throw tooLong("more or longer playlists than are kept of a camera");
        }
        return moved ? whole(text, URI.create(url)).getBytes(StandardCharsets.UTF_8) : bytes;
    }

    private long expected() {
        long sum = memory.values().stream().mapToLong(Long::longValue).sum();
        return sum * Math.max(1, streams / memory.size());
    }

    private GrabException tooLong(String what) {
        return new GrabException(
                source + ": sent " + what + " without a picture. Check that the address is a camera's.",
                GrabException.Retry.RARELY);
    }

    private static String whole(String text, URI base) {
        return text.lines().map(line -> whole(line.strip(), base, line)).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String whole(String stripped, URI base, String line) {
        if (stripped.isEmpty()) {
            return line;
        } else if (!stripped.startsWith("#")) {
            return resolve(stripped, base);
        }
        return URI_ATTRIBUTE
                .matcher(line)
                .replaceAll(found -> Matcher.quoteReplacement("URI=\"" + resolve(found.group(1), base) + "\""));
    }

    private static String resolve(String reference, URI base) {
        try {
            return base.resolve(legal(reference)).toString();
        } catch (IllegalArgumentException e) {
            return reference;
        }
    }

    /** The reference with what may not stand in an address percent-encoded, as browsers do. */
    static String legal(String reference) {
        String escaped = BARE_PERCENT.matcher(reference.strip()).replaceAll("%25");
        return NOT_LEGAL.matcher(escaped).replaceAll(found -> {
            StringBuilder code = new StringBuilder();
            for (byte one : found.group().getBytes(StandardCharsets.UTF_8)) {
                code.append(String.format("%%%02X", one));
            }
            return code.toString();
        });
    }
}
