package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.config.Configuration;
import io.segwatch.v1.Camera;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final Camera.Stream UNSET = Camera.Stream.getDefaultInstance();
    private static final Camera.Stream MINUTE =
            Camera.Stream.newBuilder().setReadTimeoutMs(60_000).build();

    private final Patience patience = new Patience(Configuration.of(Map.of(
                    "segwatch.ingest.read-timeout", "10s",
                    "segwatch.ingest.stall-after", "3s"))
            .get(IngestConfig.class));

    private void picture(double seconds) {
        patience.picture(Math.round(seconds * 1e9));
    }

    private void onePictureAndThenNone() {
        patience.connected();
        picture(0.1);
        patience.ranOut(UNSET);
    }

    @Test
    void givesACameraThatIsCutOffAfterItsFirstPictureTwiceAsLong() {
        onePictureAndThenNone();
        assertThat(patience.limit(UNSET)).isEqualTo(Duration.ofSeconds(20));
        patience.connected();
        picture(0.1);
        picture(15);
        assertThat(patience.limit(UNSET)).isEqualTo(Duration.ofSeconds(45));
        assertThat(patience.stall(UNSET)).isGreaterThan(Duration.ofSeconds(15));
        assertThat(patience.note(UNSET)).contains("Slow: 15 s between pictures", "45 s", "stream.readTimeoutMs");
        assertThat(patience.fps()).isLessThan(0.1);
    }

    @Test
    void doesTheSameWithABurstOfPictures() {
        patience.connected();
        for (int i = 0; i < 100; i++) {
            picture(0.002);
        }
        patience.ranOut(UNSET);
        assertThat(patience.limit(UNSET)).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void givesUpOnACameraThatSendsOnePictureAndHangs() {
        for (int i = 0; i < 4; i++) {
            onePictureAndThenNone();
        }
        assertThat(patience.limit(UNSET)).isEqualTo(Duration.ofMinutes(2));
        onePictureAndThenNone();
        onePictureAndThenNone();
        assertThat(patience.limit(UNSET)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void isNoMorePatientWithAFastCameraThatFreezes() {
        patience.connected();
        for (int i = 0; i < 100; i++) {
            picture(0.04);
        }
        patience.ranOut(UNSET);
        assertThat(patience.limit(UNSET)).isEqualTo(Duration.ofSeconds(10));
        assertThat(patience.stall(UNSET)).isEqualTo(Duration.ofSeconds(3));
        assertThat(patience.note(UNSET)).isEmpty();
    }

    @Test
    void forgetsAPauseOfACameraThatIsFastAgain() {
        picture(0.1);
        picture(9);
        assertThat(patience.limit(UNSET)).isEqualTo(Duration.ofSeconds(27));
        for (int i = 0; i < 10; i++) {
            picture(0.04);
        }
        assertThat(patience.limit(UNSET)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void takesWhatIsSetAndLearnsNothingBesides() {
        assertThat(patience.limit(MINUTE)).isEqualTo(Duration.ofMinutes(1));
        assertThat(patience.stall(MINUTE)).isEqualTo(Duration.ofSeconds(18));
        patience.connected();
        picture(0.1);
        patience.ranOut(MINUTE);
        assertThat(patience.limit(MINUTE)).isEqualTo(Duration.ofMinutes(1));
        Camera.Stream hurried = Camera.Stream.newBuilder()
                .setReadTimeoutMs(2_000)
                .setConnectTimeoutMs(5_000)
                .build();
        assertThat(patience.limit(hurried)).isEqualTo(Duration.ofSeconds(2));
        assertThat(patience.connect(hurried)).isEqualTo(Duration.ofSeconds(5));
    }
}
