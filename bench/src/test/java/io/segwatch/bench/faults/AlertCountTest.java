package io.segwatch.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.EventIds;
import io.segwatch.v1.Alert;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertCountTest {
    private static final List<Long> APPEARANCES = List.of(10_000L, 12_000L);

    private final List<Alert> alerts = new ArrayList<>(List.of(
            alert("a", Alert.State.OPEN, 10_000),
            alert("a", Alert.State.CLOSE, 11_000),
            alert("b", Alert.State.OPEN, 12_200),
            alert("b", Alert.State.CLOSE, 13_000)));

    private static Alert alert(String id, Alert.State state, long atMs) {
        return Alert.newBuilder().setId(id).setState(state).setAtMs(atMs).build();
    }

    private List<String> ids() {
        return alerts.stream().map(EventIds::of).toList();
    }

    @Test
    void findsNothingWrongWhereEachAppearanceOpensAndClosesOne() {
        assertThat(AlertCount.of(APPEARANCES, alerts, ids())).isEqualTo(new AlertCount(4, 0, 0));
    }

    @Test
    void countsWhatIsMissingInTheTopic() {
        alerts.remove(1);
        assertThat(AlertCount.of(APPEARANCES, alerts, ids())).isEqualTo(new AlertCount(4, 1, 0));
    }

    @Test
    void countsWhatTheReceiverDidNotGet() {
        assertThat(AlertCount.of(APPEARANCES, alerts, ids().subList(0, 2))).isEqualTo(new AlertCount(4, 2, 0));
    }

    @Test
    void countsASecondAlertForOneAppearance() {
        alerts.add(alert("c", Alert.State.OPEN, 12_400));
        assertThat(AlertCount.of(APPEARANCES, alerts, ids())).isEqualTo(new AlertCount(4, 0, 1));
    }

    @Test
    void countsAnEventThatIsThereTwice() {
        alerts.add(alerts.get(0));
        assertThat(AlertCount.of(APPEARANCES, alerts, ids())).isEqualTo(new AlertCount(4, 0, 1));
    }

    @Test
    void countsAnAlertThatNothingExplains() {
        alerts.add(alert("c", Alert.State.OPEN, 20_000));
        assertThat(AlertCount.of(APPEARANCES, alerts, ids())).isEqualTo(new AlertCount(4, 0, 1));
    }
}
