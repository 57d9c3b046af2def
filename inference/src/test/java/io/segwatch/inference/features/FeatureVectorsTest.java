package io.segwatch.inference.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.segwatch.contracts.MalformedRecordException;
import io.segwatch.v1.Features;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FeatureVectorsTest {
    /** 0.5, 1 and -2 in half precision. */
    private static final ByteString HALVES = bytes(0, 0x38, 0, 0x3C, 0, 0xC0);

    private final FeatureVectors vectors = new FeatureVectors(4, 3);

    /** As format 1 was written: {@link #record} without its peaks. */
    private static final String OF_FORMAT_1 =
            "2001280330023a0115420664ce7f8105034a060038003c00c05206003800" + "3c00c05a03001ed8";

    /** Three columns of two rows, of which the first, third and fifth cell are kept, in two directions. */
    private static Features.Builder record() {
        return Features.newBuilder()
                .setFormat(2)
                .setColumns(3)
                .setRows(2)
                .setKept(bytes(0b10101))
                .setVectors(bytes(100, -50, 127, -127, 5, 3))
                .setScales(HALVES)
                .setBackground(HALVES)
                .setImageFeature(bytes(0, 30, -40))
                .setPeaks(bytes(8, 7, 0, 160, 44, 1, 40));
    }

    @Test
    void aRecordIsReadAsTheCellsThatAreKept() {
        vectors.read(record().build());
        assertThat(vectors.columns()).isEqualTo(3);
        assertThat(vectors.rows()).isEqualTo(2);
        assertThat(vectors.cells()).isEqualTo(3);
        assertThat(vectors.dims()).isEqualTo(2);
        assertThat(Arrays.copyOf(vectors.places(), 3)).containsExactly(0, 2, 4);
        assertThat(Arrays.copyOf(vectors.planes()[0], 3)).containsExactly(50, 127, -10);
        assertThat(Arrays.copyOf(vectors.planes()[1], 3)).containsExactly(-25, -127, -6);
        assertThat(Arrays.copyOf(vectors.background(), 3)).containsExactly(0.5f, 1, -2);
        assertThat(vectors.imageFeature()).containsExactly(new float[] {0, 0.6f, -0.8f}, within(1e-6f));
    }

    @Test
    void whatIsKnownOfEntriesIsReadWithTheMostThatOthersHave() {
        vectors.read(record().build());
        assertThat(vectors.peak(7)).isEqualTo(10);
        assertThat(vectors.peak(300)).isEqualTo(2.5f);
        assertThat(vectors.peak(8)).isNaN();
        assertThat(vectors.mostUnlisted()).isEqualTo(0.5f);
        vectors.read(record().setPeaks(bytes(0)).build());
        assertThat(vectors.peak(7)).isNaN();
        assertThat(vectors.mostUnlisted()).isZero();
    }

    @Test
    void aStoredRecordOfFormat1IsReadAndTellsNothingOfEntries() throws InvalidProtocolBufferException {
        Features stored = Features.parseFrom(HexFormat.of().parseHex(OF_FORMAT_1));
        assertThat(stored).isEqualTo(record().setFormat(1).clearPeaks().build());
        vectors.read(record().build());
        vectors.read(stored);
        assertThat(Arrays.copyOf(vectors.places(), vectors.cells())).containsExactly(0, 2, 4);
        assertThat(Arrays.copyOf(vectors.planes()[1], 3)).containsExactly(-25, -127, -6);
        assertThat(Arrays.copyOf(vectors.background(), 3)).containsExactly(0.5f, 1, -2);
        assertThat(vectors.peak(7)).isNaN();
        assertThat(vectors.mostUnlisted()).isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    void withoutBitsAllCellsAreKept() {
        vectors.read(record().setColumns(1).setRows(3).clearKept().build());
        assertThat(vectors.cells()).isEqualTo(3);
        assertThat(Arrays.copyOf(vectors.places(), 3)).containsExactly(0, 1, 2);
    }

    @Test
    void aPictureThatIsHiddenAsAWholeHasNoCells() {
        vectors.read(record().setKept(bytes(0))
                .clearVectors()
                .clearScales()
                .clearBackground()
                .build());
        assertThat(vectors.cells()).isZero();
        assertThat(vectors.dims()).isZero();
    }

    @Test
    void aSmallRecordAfterALargeOneIsReadForItself() {
        vectors.read(record().build());
        vectors.read(record().setColumns(1)
                .setRows(1)
                .clearKept()
                .setVectors(bytes(10))
                .setScales(HALVES.substring(2, 4))
                .setBackground(HALVES.substring(2, 4))
                .build());
        assertThat(vectors.cells()).isEqualTo(1);
        assertThat(vectors.dims()).isEqualTo(1);
        assertThat(vectors.planes()[0][0]).isEqualTo(10);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aRecordThatBreaksTheContractIsRefusedByTheFieldThatDoes(Features.Builder record, String reason) {
        assertThatThrownBy(() -> vectors.read(record.build()))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageStartingWith(reason);
    }

    static List<Arguments> broken() {
        return List.of(
                Arguments.of(record().setFormat(3), "format is 3; expected 1..2"),
                Arguments.of(record().setFormat(-1), "format is 4294967295; expected 1..2"),
                Arguments.of(record().clearPeaks(), "peaks has 0 bytes; expected 1"),
                Arguments.of(record().setPeaks(bytes(0, 1, 0)), "peaks has 3 bytes; expected 4"),
                Arguments.of(
                        record().setPeaks(ByteString.copyFrom(new byte[76])),
                        "peaks has 25 entries; expected at most 24"),
                Arguments.of(record().setColumns(0), "columns is 0; expected 1..256"),
                Arguments.of(record().setRows(-1), "rows is 4294967295"),
                Arguments.of(record().setColumns(256).setRows(256), "columns 256 x 256 cells"),
                Arguments.of(record().setKept(bytes(1, 1)), "kept has 2 bytes; expected 1"),
                Arguments.of(record().setKept(bytes(0b1010101)), "kept has bit 6; expected none beyond 6 cells"),
                Arguments.of(record().setVectors(bytes(1, 2)), "vectors has 2 bytes; expected some for each of 3"),
                Arguments.of(record().setVectors(bytes(1, 2, 3, 4)), "vectors has 4 bytes; expected 3"),
                Arguments.of(
                        record().setVectors(ByteString.copyFrom(new byte[15])),
                        "vectors has 5 directions; expected at most the model's 4"),
                Arguments.of(record().setScales(bytes(0)), "scales has 1 bytes; expected 6"),
                Arguments.of(
                        record().setScales(bytes(0, 0, 0, 0x7C, 0, 0)),
                        "scales has Infinity at cell 1; expected a finite number"),
                Arguments.of(record().clearBackground(), "background has 0 bytes; expected 6"),
                Arguments.of(record().setBackground(bytes(0, 0x7E, 0, 0, 0, 0)), "background has NaN at cell 0"),
                Arguments.of(record().setImageFeature(bytes(1)), "image_feature has 1 bytes; expected 3"),
                Arguments.of(record().setImageFeature(bytes(0, 0, 0)), "image_feature is zero"));
    }

    private static ByteString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }
}
