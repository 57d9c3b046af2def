package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredKindTest {
    @Test
    void eachTopicBelongsToOneKind() {
        List<Topic<?>> grouped = Arrays.stream(StoredKind.values())
                .<Topic<?>>flatMap(kind -> kind.topics().stream())
                .toList();
        assertThat(grouped)
                .as("add what is new to a kind of StoredKind")
                .containsExactlyInAnyOrderElementsOf(Topic.all());
    }

    @Test
    void aTopicIsFoundByItsNameAndOthersAreInternal() {
        assertThat(StoredKind.of("segwatch.area-hours")).isEqualTo(StoredKind.AREAS);
        assertThat(StoredKind.of("segwatch.topology-camera-store-changelog")).isEqualTo(StoredKind.INTERNAL);
        assertThat(StoredKind.of("__consumer_offsets")).isEqualTo(StoredKind.INTERNAL);
    }
}
