package io.segwatch.dashboard.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.v1.AuditEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamLooksTest {
    private final List<AuditEvent> written = new ArrayList<>();

    @Test
    void eachCameraIsNotedOnceWhenItIsFirstSeenAndAtTheEnd() {
        AuditEvent opened =
                AuditEvent.newBuilder().setAction("open-live").setWho("eve").build();
        StreamLooks looks = new StreamLooks((topic, event) -> written.add(event), opened, "close-live");
        looks.at("door");
        looks.at("yard");
        looks.at("door");
        looks.ended();
        looks.ended();
        looks.at("late");
        assertThat(written)
                .extracting(event -> event.getAction() + " " + event.getCamera())
                .containsExactly(
                        "open-live ",
                        "open-live door",
                        "open-live yard",
                        "close-live ",
                        "close-live door",
                        "close-live yard");
        assertThat(written).extracting(AuditEvent::getId).doesNotHaveDuplicates();
        assertThat(written).allSatisfy(event -> assertThat(event.getWho()).isEqualTo("eve"));
    }
}
