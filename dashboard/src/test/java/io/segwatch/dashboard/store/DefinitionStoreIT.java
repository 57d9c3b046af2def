package io.segwatch.dashboard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.TestKafka;
import io.segwatch.v1.Query;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class DefinitionStoreIT {
    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(1);

    @Test
    void aWriteIsDoneOnlyWhenTheListenerKnowsIt() throws Exception {
        Vertx vertx = Vertx.vertx();
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch known = new CountDownLatch(1);
        var producer = KAFKA.producer();
        var store = new DefinitionStore<>(
                KAFKA.kafka(),
                Topic.QUERIES,
                new KafkaWriter(vertx, producer),
                new DeadLetters(producer, "test"),
                (id, value) -> {
                    told.countDown();
                    await(known);
                });
        try {
            assertThat(store.table().awaitCaughtUp(Duration.ofSeconds(60))).isTrue();
            CompletableFuture<Void> written = store.put(
                            "person",
                            Query.newBuilder().setId("person").setText("person").build())
                    .toCompletionStage()
                    .toCompletableFuture();
            await(told);
            assertThatThrownBy(() -> written.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            known.countDown();
            written.get(30, TimeUnit.SECONDS);
        } finally {
            known.countDown();
            store.close();
            vertx.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
