package io.segwatch.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ViewerPaceTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private long now;
    private final ViewerPace pace = new ViewerPace(now);

    @Test
    void aViewerThatKeepsUpGetsWhatItWants() {
        pictures(100, false);
        assertThat(pace.strain()).isZero();
        assertThat(pace.takes(200 << 10)).isTrue();
    }

    @Test
    void picturesThatMustMakeRoomMakeTheNextOnesSmaller() {
        pictures(15, true);
        assertThat(pace.strain()).isBetween(1, 2);
        pictures(200, true);
        assertThat(pace.strain()).isEqualTo(PictureSize.MAX_STRAIN);
    }

    @Test
    void aLineThatIsGoodAgainGetsBetterPicturesStepByStep() {
        pictures(200, true);
        pictures(30, false);
        assertThat(pace.strain()).isEqualTo(PictureSize.MAX_STRAIN);
        pictures(300, false);
        assertThat(pace.strain()).isZero();
    }

    @Test
    void whatWasTooMuchIsNotTriedAgainSoSoon() {
        pictures(200, true);
        int tried = 0;
        for (int i = 0; i < 120; i++) {
            boolean better = pace.strain() < PictureSize.MAX_STRAIN;
            tried += better ? 1 : 0;
            pictures(10, better);
        }
        assertThat(tried).isBetween(2, 10);
    }

    @Test
    void picturesThatQueueOnTheWayLeaveFewerUnderWay() {
        pace.acknowledged(20_000, 30 * MS, now);
        for (int i = 0; i < 20; i++) {
            now += 900 * MS;
            pace.acknowledged(20_000, 800 * MS, now);
        }
        assertThat(pace.takes(20_000)).isFalse();
        assertThat(pace.takes(0)).isTrue();
        for (int i = 0; i < 20; i++) {
            now += 100 * MS;
            pace.acknowledged(5_000, 60 * MS, now);
        }
        assertThat(pace.takes(20_000)).isTrue();
    }

    private void pictures(int count, boolean instead) {
        for (int i = 0; i < count; i++) {
            now += 100 * MS;
            pace.offered(instead, now);
        }
    }
}
