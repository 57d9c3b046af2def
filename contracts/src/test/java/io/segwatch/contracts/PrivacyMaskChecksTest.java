package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Camera;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrivacyMaskChecksTest {
    private static PrivacyMask mask(double... xy) {
        Ring.Builder ring = Ring.newBuilder();
        for (int i = 0; i < xy.length; i += 2) {
            ring.addPoints(Point.newBuilder().setX(xy[i]).setY(xy[i + 1]));
        }
        return PrivacyMask.newBuilder().setOutline(ring).build();
    }

    private static List<String> fields(List<PrivacyMask> masks) {
        Camera camera = Camera.newBuilder()
                .setId("door")
                .setUrl("rtsp://192.168.1.20/stream1")
                .addAllPrivacyMasks(masks)
                .build();
        return Definitions.check(camera).stream().map(Problem::field).toList();
    }

    @Test
    void takesOutlinesThatEncloseSomething() {
        assertThat(fields(List.of(mask(0, 0, 1, 0, 0, 1), mask(0, 0, 1, 1, 1, 0, 0, 1))))
                .isEmpty();
    }

    @Test
    void namesTheMaskAndPointThatIsWrong() {
        assertThat(fields(List.of(mask(0, 0, 1, 0, 0, 1), mask(0, 0, 1, 0))))
                .containsExactly("privacyMasks[1].outline");
        assertThat(fields(List.of(PrivacyMask.getDefaultInstance()))).containsExactly("privacyMasks[0].outline");
        assertThat(fields(List.of(mask(0, 0, 0.5, 0.5, 1, 1)))).containsExactly("privacyMasks[0].outline");
        assertThat(fields(List.of(mask(0, 0, 1.5, 0, 0, Double.NaN))))
                .containsExactly("privacyMasks[0].outline.points[1]", "privacyMasks[0].outline.points[2]");
        assertThat(fields(List.of(mask(0, 0, 1, 0, 0, 1).toBuilder()
                        .setName("x".repeat(101))
                        .build())))
                .containsExactly("privacyMasks[0].name");
    }

    @Test
    void boundsHowManyMasksAndPointsThereAre() {
        assertThat(fields(Collections.nCopies(32, mask(0, 0, 1, 0, 0, 1)))).isEmpty();
        assertThat(fields(Collections.nCopies(33, mask(0, 0, 1, 0, 0, 1)))).containsExactly("privacyMasks");
        double[] many = new double[2 * 257];
        for (int i = 0; i < 257; i++) {
            many[2 * i] = 0.5 + 0.5 * Math.cos(i);
            many[2 * i + 1] = 0.5 + 0.5 * Math.sin(i);
        }
        assertThat(fields(List.of(mask(many)))).containsExactly("privacyMasks[0].outline");
    }
}
