package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchLimitTest {
    private static final long SMALL = 64 * 64;

    private final BatchLimit limit = new BatchLimit();

    @Test
    void allPicturesGoTogetherUntilMemoryIsTooSmall() {
        assertThat(limit.most(32, SMALL)).isEqualTo(32);
        assertThat(limit.remark()).isEmpty();
        limit.tooLarge(32, SMALL);
        assertThat(limit.most(32, SMALL)).isEqualTo(16);
        limit.tooLarge(16, SMALL);
        assertThat(limit.most(32, SMALL)).isEqualTo(8);
        assertThat(limit.remark()).contains("16 pictures at a time");
    }

    @Test
    void ofLargerPicturesFewerGoTogether() {
        limit.tooLarge(16, SMALL);
        assertThat(limit.most(16, 4 * SMALL)).isEqualTo(2);
        assertThat(limit.most(16, 100 * SMALL)).isEqualTo(1);
    }

    @Test
    void afterManyRunsThatWereHeldBackMoreIsTried() {
        limit.tooLarge(32, SMALL);
        for (int i = 0; i < BatchLimit.GROW_AFTER; i++) {
            assertThat(limit.most(32, SMALL)).isEqualTo(16);
            limit.fitted(16, 32);
        }
        assertThat(limit.most(32, SMALL)).isEqualTo(18);
    }

    @Test
    void runsThatWereNotHeldBackTellNothingOfMemory() {
        limit.tooLarge(8, SMALL);
        for (int i = 0; i < 2 * BatchLimit.GROW_AFTER; i++) {
            limit.fitted(3, 3);
        }
        assertThat(limit.most(32, SMALL)).isEqualTo(4);
    }
}
