package io.segwatch.inference.refine;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.MaskPrompt;
import io.segwatch.inference.model.SegmentationModel;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RefinerTest {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 192;
    private static final InputGeometry FIT = new InputGeometry(WIDTH, HEIGHT, WIDTH, HEIGHT);
    /** Of the masks: a quarter of the input. */
    private static final int COLUMNS = 64;

    private static final int ROWS = 48;
    /** Of a dark disc on a light ground, pixels of the masks. */
    private static final int RADIUS = 12;

    private static final int CENTRE_X = 30;
    private static final int CENTRE_Y = 24;

    private static SegmentationModel model;
    private static ImageBatch batch;

    @BeforeAll
    static void encodeADisc() {
        model = SegmentationModel.load(Path.of("..", "models", "default"), "cpu", 1);
        batch = model.batch(1, WIDTH, HEIGHT);
        ByteBuffer pixels = batch.pixels(0);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                byte[] color = isDisc(x / 4.0, y / 4.0)
                        ? new byte[] {(byte) 170, 30, 30}
                        : new byte[] {(byte) 200, (byte) 205, (byte) 210};
                pixels.put(color);
            }
        }
        model.encode(batch);
    }

    @AfterAll
    static void close() {
        batch.close();
        model.close();
    }

    private static boolean isDisc(double x, double y) {
        return Math.hypot(x - CENTRE_X, y - CENTRE_Y) < RADIUS;
    }

    @Test
    void aCoarseMaskTakesTheShapeOfTheThing() {
        byte[] disc = new byte[COLUMNS * ROWS];
        for (int i = 0; i < disc.length; i++) {
            disc[i] = (byte) (isDisc(i % COLUMNS + 0.5, i / COLUMNS + 0.5) ? 1 : 0);
        }
        byte[] coarse = rectangle(CENTRE_X - 12, CENTRE_Y - 12, CENTRE_X + 12, CENTRE_Y + 12);
        assertThat(overlap(refined(coarse, 8), disc)).isGreaterThan(overlap(coarse, disc));
    }

    @Test
    void aPartIsReplacedByTheAnswerToItsBoxAndItsInnermostPointWhereTheTwoAgree() {
        int replaced = 0;
        int kept = 0;
        byte[] cross = union(rectangle(20, 23, 40, 25), rectangle(29, 14, 31, 34));
        // Some of these parts are a thing; a cross, whatever is in its box, is none.
        for (byte[] part : List.of(
                rectangle(18, 12, 42, 36),
                rectangle(20, 14, 40, 34),
                rectangle(0, 0, 64, 48),
                rectangle(50, 2, 62, 20),
                rectangle(26, 30, 60, 47),
                cross)) {
            byte[] answer = answer(part);
            boolean agrees = overlap(part, answer) >= 0.5;
            assertThat(refined(part, 8)).isEqualTo(agrees ? answer : part);
            replaced += agrees ? 1 : 0;
            kept += agrees ? 0 : 1;
        }
        assertThat(kept).isPositive();
        assertThat(replaced).isPositive();
    }

    @Test
    void anEmptyMaskStaysEmpty() {
        assertThat(refined(new byte[COLUMNS * ROWS], 8)).containsOnly(0);
    }

    @Test
    void specksAreLeftAsTheyAre() {
        // One pixel of 3,072 is under 0.0005 of the frame.
        byte[] speck = rectangle(10, 10, 11, 11);
        assertThat(refined(speck, 8)).isEqualTo(speck);
    }

    @Test
    void nothingIsRefinedWhenNoPartsMayBe() {
        byte[] part = rectangle(4, 4, 30, 30);
        assertThat(refined(part, 0)).isEqualTo(part);
    }

    @Test
    void onlyTheLargestPartsAreRefined() {
        byte[] large = rectangle(0, 1, 25, 26);
        byte[] both = large.clone();
        byte[] small = rectangle(50, 40, 54, 44);
        for (int i = 0; i < both.length; i++) {
            both[i] |= small[i];
        }
        byte[] expected = refined(large, 1);
        for (int i = 0; i < expected.length; i++) {
            expected[i] |= small[i];
        }
        assertThat(refined(both, 1)).isEqualTo(expected);
    }

    private static byte[] refined(byte[] mask, int maxComponents) {
        byte[] copy = mask.clone();
        new Refiner(model, maxComponents).refine(batch.encoding(0), FIT, copy, COLUMNS, ROWS);
        return copy;
    }

    private static byte[] answer(byte[] part) {
        int x0 = COLUMNS;
        int y0 = ROWS;
        int x1 = 0;
        int y1 = 0;
        for (int i = 0; i < part.length; i++) {
            if (part[i] != 0) {
                x0 = Math.min(x0, i % COLUMNS);
                y0 = Math.min(y0, i / COLUMNS);
                x1 = Math.max(x1, i % COLUMNS + 1);
                y1 = Math.max(y1, i / COLUMNS + 1);
            }
        }
        byte[] cut = new byte[(x1 - x0) * (y1 - y0)];
        for (int i = 0; i < cut.length; i++) {
            cut[i] = part[(y0 + i / (x1 - x0)) * COLUMNS + x0 + i % (x1 - x0)];
        }
        InteriorPoint inner = InteriorPoint.of(cut, x1 - x0, y1 - y0);
        List<DecodedMask> answers = model.decode(
                batch.encoding(0),
                List.of(MaskPrompt.builder()
                        .box(4 * x0, 4 * y0, 4 * x1, 4 * y1)
                        .point(4 * (x0 + inner.x()) + 2, 4 * (y0 + inner.y()) + 2, true)
                        .build()));
        return answers.get(0).inside(FIT, COLUMNS, ROWS);
    }

    private static byte[] rectangle(int x0, int y0, int x1, int y1) {
        byte[] mask = new byte[COLUMNS * ROWS];
        for (int y = y0; y < y1; y++) {
            Arrays.fill(mask, y * COLUMNS + x0, y * COLUMNS + x1, (byte) 1);
        }
        return mask;
    }

    private static byte[] union(byte[] a, byte[] b) {
        byte[] both = a.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] |= b[i];
        }
        return both;
    }

    private static double overlap(byte[] a, byte[] b) {
        int both = 0;
        int either = 0;
        for (int i = 0; i < a.length; i++) {
            both += a[i] & b[i];
            either += a[i] | b[i];
        }
        return (double) both / either;
    }
}
