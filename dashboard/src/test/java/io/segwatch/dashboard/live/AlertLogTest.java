package io.segwatch.dashboard.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.Alert;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertLogTest {
    private final AlertLog log = new AlertLog(3, new long[] {10, 0});

    @Test
    void tellsWhatCameAfterAPlaceAlsoWhenPartitionsAreReadInAnotherOrder() {
        add(0, 10, "a");
        String known = log.cursor();
        add(1, 0, "b");
        add(0, 11, "c");
        assertThat(known).isEqualTo("11.0");
        assertThat(since(known)).containsExactly("b", "c");

        AlertLog other = new AlertLog(3, new long[] {10, 0});
        other.add(1, 0, alert("b"));
        other.add(0, 10, alert("a"));
        other.add(0, 11, alert("c"));
        assertThat(other.since(known).orElseThrow())
                .extracting(entry -> entry.alert().getId())
                .containsExactly("b", "c");
    }

    @Test
    void saysSoWhenSomeAreNoLongerInMemory() {
        String start = log.cursor();
        for (int i = 0; i < 3; i++) {
            add(0, 10 + i, "a" + i);
        }
        assertThat(since(start)).hasSize(3);
        add(0, 13, "a3");
        assertThat(log.since(start)).isEmpty();
        assertThat(since("11.0")).containsExactly("a1", "a2", "a3");
        assertThat(log.since("9.0")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "11", "11.0.0", "11.", "alert-1-OPEN"})
    void whatIsNoPlaceIsAGap(String place) {
        assertThat(log.since(place)).isEmpty();
    }

    private void add(int partition, long offset, String id) {
        log.add(partition, offset, alert(id));
    }

    private List<String> since(String place) {
        return log.since(place).orElseThrow().stream()
                .map(entry -> entry.alert().getId())
                .toList();
    }

    private static Alert alert(String id) {
        return Alert.newBuilder().setId(id).build();
    }
}
