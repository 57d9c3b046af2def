package io.segwatch.ingest;

import static io.segwatch.ingest.HostileMp4.box;
import static io.segwatch.ingest.HostileMp4.ints;
import static io.segwatch.ingest.HostileMp4.join;
import static io.segwatch.ingest.HostileMp4.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Mp4SamplesTest {
    private static final byte[] HEAD = box("ftyp", text("isom"), ints(512));
    private static final byte[] TABLE = box("stsz", ints(0, 0, 1_000));

    private final Mp4Samples.Total total = new Mp4Samples.Total();
    private final Mp4Samples samples = new Mp4Samples(total);

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 100_000})
    void countsEveryTableOutsideOfMediaInPiecesOfAnySize(int piece) {
        byte[] large = join(ints(1), text("mdat"), ints(0, 16 + TABLE.length), TABLE);
        take(
                piece,
                HEAD,
                box("moov", box("trak", TABLE), box("trak", box("stz2", ints(0, 8, 20)))),
                box("mdat", TABLE));
        take(piece, large, box("moof", box("traf", box("trun", ints(1 << 24, 3)))), box("moov", TABLE));
        assertThat(samples.declared()).isEqualTo(2_023);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stsz", "stz2", "trun"})
    void refusesMoreThanAreKept(String type) {
        int count = (int) Mp4Samples.MOST;
        byte[] table = type.equals("trun") ? box(type, ints(0, count)) : box(type, ints(0, 8, count));
        assertThat(take(64, HEAD, box("moov", table))).isTrue();
        assertThat(take(64, box("moov", box(type, ints(0, 8, 1_000_000))))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"G\u001f", "--x", "#EXTM3U", "\u00ff\u00d8"})
    void looksIntoNoOtherFormat(String start) {
        assertThat(take(64, text(start), box("moov", box("stsz", ints(0, 1, -1)))))
                .isTrue();
        assertThat(samples.declared()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void goesOnWhereTheReaderSeeks(int piece) {
        take(piece, HEAD, ints(1 << 20), text("mdat"));
        samples.seek(HEAD.length + (1 << 20));
        take(piece, box("moov", TABLE));
        assertThat(samples.declared()).isEqualTo(1_000);
        // Back into the media, where anything may look like a table.
        samples.seek(HEAD.length + 100);
        take(piece, TABLE, TABLE);
        assertThat(samples.declared()).isEqualTo(1_000);
    }

    private boolean take(int piece, byte[]... parts) {
        byte[] all = join(parts);
        boolean believed = true;
        for (int from = 0; from < all.length; from += piece) {
            byte[] next = Arrays.copyOfRange(all, from, Math.min(all.length, from + piece));
            believed = samples.take(next, next.length);
        }
        return believed;
    }
}
