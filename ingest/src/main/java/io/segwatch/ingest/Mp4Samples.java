package io.segwatch.ingest;

/**
 * Counts the samples that an MP4 file declares, on their way to FFmpeg, which keeps some forty bytes for each of them
 * before it gives a first picture: a file of a kilobyte can declare millions in each of its tracks. The boxes are those
 * of ISO/IEC 14496-12: outside of media data, every {@code stsz}, {@code stz2} and {@code trun} counts, wherever it
 * stands. For one thread.
 */
final class Mp4Samples {
    /** Three hours of pictures and sound, and 35 MiB of FFmpeg's memory. */
    static final long MOST = 800_000;
    /** What goes on for days declares more, but not without sending it. */
    private static final int BYTES_PER_SAMPLE = 32;

    private static final int STSZ = fourCc("stsz");
    private static final int STZ2 = fourCc("stz2");
    private static final int TRUN = fourCc("trun");
    private static final int MDAT = fourCc("mdat");
    private static final int LARGE_SIZE = 1;

    /** All that one connection to a camera brings, in however many pieces. */
    static final class Total {
        private long declared;
        private long bytes;
    }

    private final Total total;
    private boolean noMp4;

    private long position;
    private long boxEnd;
    private long mediaStart;
    private long mediaEnd;
    private final byte[] header = new byte[16];
    private int headerLength;
    /** The last sixteen bytes of a box that is looked through. */
    private long older;

    private long newer;

    Mp4Samples(Total total) {
        this.total = total;
    }

    /** Takes what comes next; false once more samples have been declared than are believed. */
    boolean take(byte[] data, int count) {
        total.bytes += count;
        if (noMp4) {
            return true;
        }
        // A first box that is no MP4's has a size beyond 16 MiB, as text, JPEG and MPEG-TS read as one have.
        if (position == 0 && count > 0 && data[0] != 0) {
            noMp4 = true;
            return true;
        }
        for (int i = 0; i < count; ) {
            i += position < boxEnd ? inBox(data, i, count) : inHeader(data[i]);
        }
        return total.declared <= MOST + total.bytes / BYTES_PER_SAMPLE;
    }

    long declared() {
        return total.declared;
    }

    /** What was taken is of another format. */
    void stop() {
        noMp4 = true;
    }

    /** The next byte that is taken stands at {@code to}. */
    void seek(long to) {
        position = to;
        headerLength = 0;
        boolean media = to > mediaStart && to < mediaEnd;
        boxEnd = media ? mediaEnd : to;
    }

    private int inBox(byte[] data, int from, int to) {
        int count = (int) Math.min(to - from, boxEnd - position);
        if (boxEnd != mediaEnd) {
            for (int i = from; i < from + count; i++) {
                look(data[i]);
            }
        }
        position += count;
        return count;
    }

    /** Size and type of a box, and the larger size of one that says so. */
    private int inHeader(byte next) {
        header[headerLength++] = next;
        position++;
        long size = read(0) & 0xFFFF_FFFFL;
        boolean large = size == LARGE_SIZE;
        if (headerLength < (large ? 16 : 8)) {
            return 1;
        }
        long start = position - headerLength;
        long length = large ? (long) read(8) << 32 | read(12) & 0xFFFF_FFFFL : size;
        boxEnd = size == 0 || length < 0 || start + length < 0 ? Long.MAX_VALUE : Math.max(start + length, position);
        if (read(4) == MDAT) {
            mediaStart = start;
            mediaEnd = boxEnd;
        }
        older = 0;
        newer = 0;
        // A box without a parent may be one of the three itself.
        for (int i = 0; i < headerLength; i++) {
            look(header[i]);
        }
        headerLength = 0;
        return 1;
    }

    /** Type, version and flags, in two of the three a size, and then the count, each of four bytes. */
    private void look(byte next) {
        older = older << 8 | newer >>> 56;
        newer = newer << 8 | next & 0xFF;
        int table = (int) (older >>> 32);
        if (table == STSZ || table == STZ2 || (int) older == TRUN) {
            total.declared += newer & 0xFFFF_FFFFL;
        }
    }

    private int read(int at) {
        return (header[at] & 0xFF) << 24
                | (header[at + 1] & 0xFF) << 16
                | (header[at + 2] & 0xFF) << 8
                | header[at + 3] & 0xFF;
    }

    private static int fourCc(String name) {
        return name.charAt(0) << 24 | name.charAt(1) << 16 | name.charAt(2) << 8 | name.charAt(3);
    }
}
