package io.segwatch.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.config.Configuration;
import io.segwatch.contracts.Retention;
import io.segwatch.contracts.Topic;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionPlanTest {
    private static final long GIB = 1L << 30;

    private static Configuration configuration(String... keysAndValues) {
        Map<String, String> set = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            set.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return Configuration.of(set);
    }

    @Test
    void withoutADiskTheSizesOfTheTopicsCount() {
        Map<Topic<?>, Retention> plan = RetentionPlan.of(configuration());
        assertThat(plan.get(Topic.OBSERVATIONS)).isEqualTo(Topic.OBSERVATIONS.retention());
        assertThat(plan.get(Topic.FRAMES)).isEqualTo(Topic.FRAMES.retention());
    }

    @ParameterizedTest
    @ValueSource(strings = {"4GiB", "5GiB", "20GiB", "300GiB"})
    void allTopicsTogetherStayWithinTheDisk(String disk) {
        DiskBound bound = DiskBound.planned(configuration("segwatch.retention.disk", disk));
        long bytes = Long.parseLong(disk.replace("GiB", "")) * GIB;
        assertThat(bound.bytes()).isBetween(bytes - bytes / 20, bytes);
        assertThat(bound.sizes())
                .allSatisfy(size -> assertThat(size.retention().bytes()).isGreaterThanOrEqualTo(16 << 20));
    }

    @Test
    void aTopicWithASizeOfItsOwnKeepsItAndTheOthersShareTheRest() {
        Configuration own = configuration(
                "segwatch.retention.disk",
                "40GiB",
                "segwatch.retention.evidence.size",
                "4GiB",
                "segwatch.retention.areas.time",
                "3d");
        Map<Topic<?>, Retention> plan = RetentionPlan.of(own);
        assertThat(plan.get(Topic.EVIDENCE).bytes()).isEqualTo(4 * GIB);
        assertThat(plan.get(Topic.AREAS).time()).hasDays(3);
        assertThat(plan.get(Topic.AREAS).bytes())
                .isLessThan(RetentionPlan.of(configuration("segwatch.retention.disk", "40GiB"))
                        .get(Topic.AREAS)
                        .bytes());
        assertThat(DiskBound.planned(own).bytes()).isLessThanOrEqualTo(40 * GIB);
    }

    @Test
    void allPartitionsAndCopiesAreCounted() {
        Configuration three = configuration(
                "segwatch.retention.disk", "300GiB",
                "segwatch.kafka.partitions", "24",
                "segwatch.kafka.replication-factor", "3");
        assertThat(DiskBound.planned(three).bytes()).isBetween(280 * GIB, 300 * GIB);
    }

    @Test
    void aDiskThatIsTooSmallForTheLeastOfEachIsRefusedWithWhatItMustBe() {
        assertThatThrownBy(() -> RetentionPlan.of(configuration("segwatch.retention.disk", "1GiB")))
                .hasMessageMatching(
                        "segwatch.retention.disk is 1GiB; with 4 partitions and copies of each topic it must"
                                + " be \\d{4}MiB or more");
    }

    @Test
    void aDiskThatIsSmallerThanAllThatIsKeptNamesTheKeysToLower() {
        DiskBound bound = DiskBound.planned(configuration());
        assertThat(bound.shortage(Path.of("/data"), bound.bytes())).isEmpty();
        assertThat(bound.shortage(Path.of("/data"), bound.bytes() - 1))
                .hasValueSatisfying(sentence -> assertThat(sentence)
                        .contains("/data", "segwatch.retention.disk", "segwatch.retention.features.size"));
    }
}
