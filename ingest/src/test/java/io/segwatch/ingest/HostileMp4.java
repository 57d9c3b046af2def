package io.segwatch.ingest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** MP4 files whose tracks declare samples that are not there. */
final class HostileMp4 {
    private HostileMp4() {}

    /** A file of {@code tracks} tracks of {@code samples} samples each, in some four hundred bytes a track. */
    static byte[] file(int tracks, int samples) {
        byte[][] moov = new byte[tracks + 1][];
        moov[0] = box("mvhd", ints(0, 0, 0, 1_000, 1_000, 1 << 16, 1 << 24), new byte[72]);
        for (int i = 0; i < tracks; i++) {
            moov[i + 1] = track(i + 1, samples);
        }
        return join(
                box("ftyp", text("isom"), ints(512), text("isomiso2")), box("moov", moov), box("mdat", new byte[64]));
    }

    private static byte[] track(int id, int samples) {
        byte[] picture = box("avc1", ints(0, 1), new byte[16], ints(320 << 16 | 192), new byte[50]);
        byte[] tables = box(
                "stbl",
                box("stsd", ints(0, 1), picture),
                box("stts", ints(0, 1, samples, 1)),
                box("stsc", ints(0, 1, 1, samples, 1)),
                box("stsz", ints(0, 1, samples)),
                box("stco", ints(0, 1, 64)));
        return box(
                "trak",
                box("tkhd", ints(3, 0, 0, id, 0, 1_000), new byte[60]),
                box(
                        "mdia",
                        box("mdhd", ints(0, 0, 0, 1_000, samples, 0)),
                        box("hdlr", ints(0, 0), text("vide"), new byte[13]),
                        box("minf", tables)));
    }

    static byte[] box(String type, byte[]... content) {
        byte[] inside = join(content);
        return join(ints(inside.length + 8), text(type), inside);
    }

    static byte[] ints(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            buffer.putInt(value);
        }
        return buffer.array();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
