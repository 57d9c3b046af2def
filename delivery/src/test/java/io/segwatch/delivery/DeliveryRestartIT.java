package io.segwatch.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.segwatch.contracts.Topic;
import io.segwatch.delivery.Receiver.Answer;
import io.segwatch.kafka.ForkedProcess;
import io.segwatch.secrets.Secrets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

/** What is posted when the process ends, or another one shares the work. */
class DeliveryRestartIT extends DeliverySetup {
    @Test
    void stoppedAndStartedAgainItLosesNothingAndRepeatsNothingThatWasTaken() throws Exception {
        define(webhook().build());
        AtomicBoolean refuse = new AtomicBoolean(true);
        receiver.behaviour = post -> post.rule().equals("stuck") && refuse.get() ? Answer.of(500) : Answer.OK;
        int sent = 0;
        for (int round = 0; round < 4; round++) {
            DeliveryRole role = DeliveryRole.start(kafka, config(), new Secrets(secretsFile));
            for (int i = 0; i < 25; i++, sent++) {
                send(Topic.ALERTS, "door", alert("door", "stuck", sent));
                send(Topic.ALERTS, "door", alert("door", "fine", sent));
            }
            int least = sent - 20;
            await().atMost(PATIENCE).until(() -> receiver.numbersTaken("fine").size() >= least);
            role.close();
        }
        refuse.set(false);
        start();

        await().atMost(PATIENCE).until(() -> receiver.taken().size() >= 200);
        assertThat(receiver.numbersTaken("fine")).isEqualTo(upTo(100));
        assertThat(receiver.numbersTaken("stuck")).isEqualTo(upTo(100));
    }

    @Test
    void killedAgainAndAgainItLosesNothingAndKeepsTheOrder() throws Exception {
        define(webhook().build());
        receiver.behaviour = post -> post.number() % 7 == 3 && Math.random() < 0.3 ? Answer.of(500) : Answer.OK;
        int sent = 0;
        for (int round = 0; round < 3; round++) {
            try (ForkedProcess process = new ForkedProcess(
                    DeliveryProcess.class,
                    secretsFile.getParent(),
                    KAFKA.clientFile().toString(),
                    secretsFile.toString())) {
                process.start();
                for (int i = 0; i < 60; i++, sent++) {
                    send(Topic.ALERTS, "door", alert("door", "rule-" + i % 3, sent));
                }
                int least = sent - 40;
                await().atMost(PATIENCE).until(() -> new HashSet<>(ids()).size() >= least);
                assertThat(process.isAlive()).isTrue();
            }
        }
        start();

        await().atMost(PATIENCE).until(() -> new HashSet<>(ids()).size() == 180);
        for (int rule = 0; rule < 3; rule++) {
            List<Integer> firstTimes =
                    receiver.numbersTaken("rule-" + rule).stream().distinct().toList();
            assertThat(firstTimes)
                    .as("rule %d, repeats left out", rule)
                    .isSorted()
                    .hasSize(60);
        }
    }

    @Test
    void twoProcessesShareTheWorkAndOneGoesOnAlone() throws Exception {
        define(webhook().build());
        DeliveryRole first = DeliveryRole.start(kafka, config(), new Secrets(secretsFile));
        start();
        for (int i = 0; i < 60; i++) {
            String camera = "camera-" + i % 6;
            send(Topic.ALERTS, camera, alert(camera, camera, i));
        }
        await().atMost(PATIENCE).until(() -> new HashSet<>(ids()).size() == 60);
        first.close();
        for (int i = 60; i < 120; i++) {
            String camera = "camera-" + i % 6;
            send(Topic.ALERTS, camera, alert(camera, camera, i));
        }
        await().atMost(PATIENCE).until(() -> new HashSet<>(ids()).size() == 120);
    }

    @Test
    void whatIsNotCommittedIsNotPosted() throws Exception {
        start();
        define(webhook().build());
        try (Producer<String, byte[]> transactional =
                kafka.producer("test-tx", Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "test-" + hook))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            transactional.send(record(alert("door", "a", 1))).get();
            transactional.abortTransaction();
            transactional.beginTransaction();
            transactional.send(record(alert("door", "a", 2))).get();
            transactional.commitTransaction();
        }
        await().atMost(PATIENCE).until(() -> !receiver.taken().isEmpty());
        assertThat(receiver.posts).extracting(Receiver.Post::number).containsExactly(2);
    }
}
