package io.segwatch.inference.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchPatienceTest {
    @Test
    void framesWaitUntilAllAreThere() {
        BatchPatience patience = new BatchPatience(Duration.ofDays(1));
        assertThat(patience.left()).isZero();
        assertThat(patience.isOver(1, 3)).isFalse();
        assertThat(patience.isOver(2, 3)).isFalse();
        assertThat(patience.left()).isPositive().isLessThanOrEqualTo(Duration.ofDays(1));
        assertThat(patience.isOver(3, 3)).isTrue();
        assertThat(patience.left()).isZero();
    }

    @Test
    void framesWaitNoLongerThanTheyMay() {
        BatchPatience patience = new BatchPatience(Duration.ofNanos(1));
        await().until(() -> patience.isOver(1, 3));
        assertThat(patience.left()).isZero();
    }
}
