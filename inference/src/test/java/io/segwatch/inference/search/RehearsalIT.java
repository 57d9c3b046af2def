package io.segwatch.inference.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.contracts.Topic;
import io.segwatch.inference.TinyModel;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.TestKafka;
import io.segwatch.v1.Camera;
import io.segwatch.v1.SearchEnd;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchProgress;
import io.segwatch.v1.SearchRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RehearsalIT {
    private static final long PATIENCE_SECONDS = 60;

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka(1);

    private final TextModels models = new TextModels(Optional.empty(), List.of(TinyModel.FOLDER));
    private final BlockingQueue<SearchRequest> searched = new LinkedBlockingQueue<>();

    @BeforeAll
    static void define() throws Exception {
        for (String id : List.of("door", "gate")) {
            Camera camera = Camera.newBuilder().setId(id).setUrl("file:/a.mp4").build();
            Kafka.sender(Topic.CAMERAS, KAFKA.producer(), "test")
                    .send(id, camera)
                    .get();
        }
    }

    @AfterEach
    void close() {
        models.close();
    }

    private static void await(Rehearsal rehearsal) throws Exception {
        rehearsal.begin().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static SearchEvent end(long frames) {
        return SearchEvent.newBuilder()
                .setEnd(SearchEnd.newBuilder().setFrames(frames))
                .build();
    }

    @Test
    void allCamerasAreSearchedWithTheWordsLoadedAgainUntilItWasMuch() throws Exception {
        long[] frames = {100};
        try (Rehearsal rehearsal = new Rehearsal(KAFKA.kafka(), models, (request, events, cancelled) -> {
            searched.add(request);
            events.accept(end(frames[0]));
        })) {
            await(rehearsal);
            assertThat(searched.remove().getCamerasList()).containsExactly("door", "gate");
            assertThat(models.ask(models.current(), model -> true)).contains(true);
            assertThat(models.letGo(Duration.ofHours(1))).isEqualTo(1);
            frames[0] = 1_000_000;
            await(rehearsal);
            await(rehearsal);
            assertThat(searched).as("not a third time").hasSize(1);
        }
    }

    @Test
    void aPersonsOwnSearchIsNotHeldUp() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<Void> theirs = new CompletableFuture<>();
        try (Rehearsal rehearsal = new Rehearsal(KAFKA.kafka(), models, (request, events, cancelled) -> {
            if (request.getQuery().getText().equals("van")) {
                theirs.join();
                return;
            }
            searched.add(request);
            asked.countDown();
            while (!cancelled.getAsBoolean()) {
                events.accept(SearchEvent.newBuilder()
                        .setProgress(SearchProgress.newBuilder().setFrames(1))
                        .build());
                Thread.onSpinWait();
            }
        })) {
            CompletableFuture<Void> rehearsed = rehearsal.begin().toCompletableFuture();
            assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            SearchRequest.Builder van = SearchRequest.newBuilder();
            van.getQueryBuilder().setText("van");
            CompletableFuture<Void> own =
                    CompletableFuture.runAsync(() -> rehearsal.run(van.build(), event -> {}, () -> false));
            rehearsed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            await(rehearsal);
            assertThat(searched).as("none is begun beside it").hasSize(1);
            theirs.complete(null);
            own.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
