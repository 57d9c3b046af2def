package io.segwatch.inference.search;

import io.segwatch.contracts.Topic;
import io.segwatch.inference.model.ModelException;
import io.segwatch.inference.model.TextModel;
import io.segwatch.inference.worker.InferenceConfig;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.PastRecords;
import io.segwatch.past.PastObservations;
import io.segwatch.past.Searcher;
import io.segwatch.v1.Features;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchExample;
import io.segwatch.v1.SearchFailure;
import io.segwatch.v1.SearchHeat;
import io.segwatch.v1.SearchRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for words in the feature log that Kafka holds, by the text encoder alone: no picture is decoded or encoded. */
public final class Search implements Searcher, PastObservations, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Search.class);

    private final Kafka kafka;
    private final TextModels models;
    private final Rehearsal rehearsal;

    /**
     * Loads nothing yet.
     *
     * @param running text model of the worker in this process; empty when that is another
     */
    public Search(Kafka kafka, InferenceConfig config, Optional<TextModel> running) {
        this.kafka = kafka;
        List<Path> folders = new ArrayList<>(List.of(config.model()));
        config.candidateModel().ifPresent(folders::add);
        config.pastModels().ifPresent(folders::addAll);
        this.models = new TextModels(running, folders);
        this.rehearsal = new Rehearsal(kafka, models, this::run);
    }

    @Override
    public CompletionStage<Void> prepare() {
        return rehearsal.begin();
    }

    @Override
    public void search(SearchRequest asked, Consumer<SearchEvent> events, BooleanSupplier cancelled) {
        SearchRequest request = SearchBounds.checked(asked);
        rehearsal.run(request, events, cancelled);
    }

    private void run(SearchRequest request, Consumer<SearchEvent> events, BooleanSupplier cancelled) {
        // While Kafka is asked.
        models.load();
        boolean[] begun = new boolean[1];
        try (PastRecords records = new PastRecords(kafka, "search", BackwardReading.SETTINGS)) {
            SearchedCameras cameras = new SearchedCameras(records, request.getCamerasList(), request.getZone());
            List<String> unknown = request.hasQuery() ? unknownWords(request.getQuery()) : List.of();
            AskedModels question = request.hasQuery()
                    ? asking(List.of(request.getQuery()))
                    : alike(request.getLike(), records, cameras);
            Consumer<SearchEvent> told = event -> {
                begun[0] = true;
                events.accept(event);
            };
            new SearchRun(request, records, cameras, question, unknown, told, cancelled).run();
        } catch (RuntimeException e) {
            if (!begun[0] || cancelled.getAsBoolean()) {
                throw e;
            }
            log.warn("A search failed", e);
            events.accept(SearchEvent.newBuilder()
                    .setFailure(SearchFailure.newBuilder()
                            .setCause(SearchFailure.Cause.BROKEN)
                            .setAbout(String.valueOf(e.getMessage()))
                            .setDetail("The search failed: " + e.getMessage() + ". The service's log says more."))
                    .build());
        }
    }

    /** @throws IllegalArgumentException when the model knows no word of it */
    private List<String> unknownWords(Query query) {
        return models.ask(models.current(), model -> {
                    List<String> unknown = Stream.of(
                                    List.of(query.getText()), query.getSynonymsList(), query.getNegativesList())
                            .flatMap(List::stream)
                            .flatMap(phrase -> model.unknownWords(phrase).stream())
                            .distinct()
                            .toList();
                    if (Stream.concat(Stream.of(query.getText()), query.getSynonymsList().stream())
                            .noneMatch(model::knows)) {
                        throw new IllegalArgumentException("query.text: the model knows no word of it"
                                + (unknown.isEmpty() ? "" : " (unknown: " + String.join(", ", unknown) + ")")
                                + "; name a thing in English");
                    }
                    return unknown;
                })
                .orElseThrow(() -> new ModelException("There is no model at segwatch.inference.model."));
    }

    private AskedModels asking(List<Query> queries) {
        return new AskedModels(
                models,
                (text, model) -> queries.stream()
                        .<CellScorer>map(
                                query -> new WordScorer(model, KeptModel.encode(text, query), threshold(query)))
                        .toList());
    }

    private static float threshold(Query query) {
        return query.getThreshold() == 0 ? 0.5f : (float) query.getThreshold();
    }

    /** Kept vectors can be asked by vectors of the same model only. */
    private AskedModels alike(SearchExample example, PastRecords records, SearchedCameras cameras) {
        Features frame = KeptFrames.find(
                        records,
                        example.getCamera(),
                        example.getEpoch(),
                        example.getSequence(),
                        example.getCapturedAtMs())
                .filter(found -> !cameras.hides(example.getCamera(), found.getCapturedAtMs()))
                .orElseThrow(() -> new IllegalArgumentException(
                        "like: the frame is not kept any more, or never was; take one that a search found"));
        return new AskedModels(models, (text, model) -> {
            if (!text.description().id().equals(frame.getModel())) {
                throw new OtherModelException(frame.getModel());
            }
            return List.of(LikenessScorer.of(model, frame, example));
        });
    }

    @Override
    public Optional<SearchHeat> heat(Query query, String camera, long epoch, long sequence, long capturedAtMs) {
        try (PastRecords records = new PastRecords(kafka, "search-heat", BackwardReading.SETTINGS)) {
            SearchedCameras cameras = new SearchedCameras(records, List.of(camera), "");
            Optional<Features> found = KeptFrames.find(records, camera, epoch, sequence, capturedAtMs)
                    .filter(frame -> !cameras.hides(camera, frame.getCapturedAtMs()));
            if (found.isEmpty()) {
                return Optional.empty();
            }
            unknownWords(query);
            AskedModels question = asking(List.of(query));
            AskedModels.Asked asked = question.ask(found.get());
            if (asked == null) {
                throw new IllegalArgumentException(
                        "frame: " + question.unreadable().get(0).getReason());
            }
            return Optional.of(KeptFrames.heat(asked));
        }
    }

    @Override
    public void observations(String camera, List<Query> queries, long fromMs, Predicate<Observation> more) {
        queries.forEach(this::unknownWords);
        AskedModels question = asking(queries);
        try (PastRecords records = new PastRecords(kafka, "search-backtest");
                PastMasks masks = new PastMasks(queries)) {
            SearchedCameras cameras = new SearchedCameras(records, List.of(camera), "");
            records.read(Topic.FEATURES, camera, fromMs - BackwardReading.EARLY_MS, record -> {
                Features features = SearchRun.parsed(record);
                return features == null
                        || cameras.hides(camera, features.getCapturedAtMs())
                        || more.test(masks.observation(features, question.ask(features), record.timestamp()));
            });
        }
    }

    @Override
    public void close() {
        rehearsal.close();
        models.close();
    }
}
