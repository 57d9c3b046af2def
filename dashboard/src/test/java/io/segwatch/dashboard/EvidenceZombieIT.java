package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.prometheus.client.CollectorRegistry;
import io.segwatch.dashboard.evidence.AlertEvidence;
import io.segwatch.dashboard.evidence.EvidenceKeeper;
import io.segwatch.dashboard.evidence.PastFrames;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.v1.Camera;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A keeper of evidence that stands still while another takes its alerts over, and then goes on where it was. */
class EvidenceZombieIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(1);

    /** Stands still in the middle of what it does: with a video made and not written, and before a second alert. */
    private static final class StandingStill implements PastFrames.Hidden {
        final CountDownLatch withAVideo = new CountDownLatch(1);
        final CountDownLatch whole = new CountDownLatch(1);
        final CountDownLatch goesOn = new CountDownLatch(1);
        private int asked;

        @Override
        public boolean test(String camera, long atMs) {
            boolean making = Thread.currentThread().getName().equals("dashboard-clips");
            if (making && camera.equals("first") && ++asked == 2) {
                withAVideo.countDown();
                stand();
            } else if (!making && camera.equals("second")) {
                whole.countDown();
                stand();
            }
            return false;
        }

        private void stand() {
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static EvidenceKeeper keeper(PastFrames.Hidden hidden) {
        Kafka kafka = KAFKA.kafka();
        PastFrames frames = new PastFrames(kafka, (camera, atMs) -> false);
        AlertEvidence.Defined defined = new AlertEvidence.Defined(
                id -> Optional.of(
                        Camera.newBuilder().setId(id).setUrl("file:/a.mp4").build()),
                id -> Optional.empty(),
                id -> Optional.empty());
        return new EvidenceKeeper(kafka, new AlertEvidence(frames, defined), frames, hidden);
    }

    private static AlertStory story(String camera) throws Exception {
        return new AlertStory(KAFKA.kafka(), KAFKA.producer(), camera, "car").happens();
    }

    private static double videos() {
        double all = 0;
        for (String outcome : new String[] {"made", "moved", "failed"}) {
            Double count = CollectorRegistry.defaultRegistry.getSampleValue(
                    "segwatch_clips_total", new String[] {"outcome"}, new String[] {outcome});
            all += count == null ? 0 : count;
        }
        return all;
    }

    @Test
    void whatItHadMadeIsNotThereTwice() throws Exception {
        StandingStill still = new StandingStill();
        try (EvidenceKeeper zombie = keeper(still)) {
            AlertStory first = story("first");
            assertThat(still.withAVideo.await(90, TimeUnit.SECONDS)).isTrue();
            AlertStory second = story("second");
            assertThat(still.whole.await(90, TimeUnit.SECONDS)).isTrue();
            try (Admin admin = Admin.create(KAFKA.kafka().clientProperties())) {
                admin.removeMembersFromConsumerGroup("segwatch-evidence", new RemoveMembersFromConsumerGroupOptions())
                        .all()
                        .get();
            }
            try (EvidenceKeeper successor = keeper((camera, atMs) -> false)) {
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(first.clips().size()).isEqualTo(1);
                    assertThat(second.clips().size()).isEqualTo(1);
                    assertThat(second.pictures().size()).isEqualTo(3);
                });
                double before = videos();
                still.goesOn.countDown();
                await().atMost(PATIENCE).until(() -> videos() > before);
                assertThat(first.clips().size()).isEqualTo(1);
                assertThat(successor.alive()).isTrue();
                assertThat(zombie.alive()).isTrue();
            }
            assertThat(first.pictures().size()).isEqualTo(3);
            assertThat(second.pictures().size()).isEqualTo(3);
            assertThat(second.clips().size()).isEqualTo(1);
        }
    }
}
