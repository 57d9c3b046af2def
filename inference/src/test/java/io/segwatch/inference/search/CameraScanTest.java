package io.segwatch.inference.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.SearchMoment;
import io.segwatch.v1.SearchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CameraScanTest {
    private static final long STEP_MS = 5_000;
    private static final double LEAST = 0.02;

    /** The frames' shares in per cent, the oldest first; the newest moment comes first. */
    private static List<SearchMoment> moments(double... shares) {
        List<SearchMoment> found = new ArrayList<>();
        SearchRequest request = SearchRequest.newBuilder()
                .setToMs(shares.length * STEP_MS)
                .setMinShare(LEAST)
                .build();
        CameraScan scan = new CameraScan("gate", request, Optional.empty(), found::add);
        for (int i = shares.length - 1; i >= 0; i--) {
            scan.add(new Sighting("gate", i * STEP_MS, STEP_MS + 500, 1, i, shares[i] / 100, 0.8f));
        }
        scan.end();
        return found;
    }

    private static void assertSpan(SearchMoment moment, int first, int last) {
        assertThat(moment.getFromMs()).isEqualTo(first * STEP_MS);
        assertThat(moment.getToMs()).isEqualTo((last + 1) * STEP_MS);
    }

    @Test
    void aShareAboutTheLeastOneMakesOneMomentNotMany() {
        List<SearchMoment> moments = moments(0, 1.6, 2.1, 1.7, 1.6, 1.8, 2.2, 1.4, 0);
        assertThat(moments).hasSize(1);
        assertSpan(moments.get(0), 1, 6);
        assertThat(moments.get(0).getFrames()).isEqualTo(6);
        assertThat(moments.get(0).getPeakFrame().getSequence()).isEqualTo(6);
    }

    @Test
    void aShareThatNeverReachesTheLeastOneMakesNone() {
        assertThat(moments(0, 1.6, 1.9, 1.99, 1.6)).isEmpty();
        List<SearchMoment> moments = moments(1.9, 0, 0, 0, 2, 0, 0, 0, 1.9);
        assertThat(moments).hasSize(1);
        assertSpan(moments.get(0), 4, 4);
    }

    @Test
    void oneMissedFrameDoesNotCutAMomentInTwoAndTwoDo() {
        assertThat(moments(3, 3, 0, 3, 3)).hasSize(1);
        List<SearchMoment> two = moments(3, 3, 0, 0, 3, 3);
        assertThat(two).hasSize(2);
        assertSpan(two.get(0), 4, 5);
        assertSpan(two.get(1), 0, 1);
    }
}
