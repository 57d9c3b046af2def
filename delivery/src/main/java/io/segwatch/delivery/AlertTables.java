package io.segwatch.delivery;

import io.segwatch.contracts.Expression;
import io.segwatch.contracts.Muting;
import io.segwatch.contracts.Topic;
import io.segwatch.delivery.chat.ChatMessage;
import io.segwatch.delivery.push.PushedAlerts;
import io.segwatch.kafka.DeadLetters;
import io.segwatch.kafka.Erasures;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Table;
import io.segwatch.v1.Alert;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Mute;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Zone;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Of which alerts nobody is told, and what people call what the others are about. Threadsafe. */
final class AlertTables implements PushedAlerts, AutoCloseable {
    private final Optional<String> page;
    private final LinkSigner links;
    private final Erasures erasures;
    private final Table<Mute> mutes;
    private final Table<Camera> cameras;
    private final Table<Query> queries;
    private final Table<Rule> rules;

    /**
     * Begins to read.
     *
     * @param page address of the page, with a slash at its end
     */
    AlertTables(Kafka kafka, String role, DeadLetters deadLetters, Optional<String> page, LinkSigner links) {
        this.page = page;
        this.links = links;
        this.erasures = new Erasures(kafka, role, deadLetters, (camera, erasure) -> {});
        this.mutes = new Table<>(kafka, Topic.MUTES, role, deadLetters, (id, mute) -> {}).start();
        this.cameras = new Table<>(kafka, Topic.CAMERAS, role, deadLetters, (id, camera) -> {}).start();
        this.queries = new Table<>(kafka, Topic.QUERIES, role, deadLetters, (id, query) -> {}).start();
        this.rules = new Table<>(kafka, Topic.RULES, role, deadLetters, (id, rule) -> {}).start();
    }

    /** Waits until it is known what must not be posted; names may come later. */
    boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
        return erasures.awaitCaughtUp(timeout) && mutes.awaitCaughtUp(timeout);
    }

    /** False once mutes can no longer be read. */
    boolean alive() {
        return mutes.alive();
    }

    /** Whether what is known of this camera at this moment was erased. */
    boolean hides(String camera, long atMs) {
        return erasures.hides(camera, atMs);
    }

    /** Whether nobody is to be told of it. */
    boolean isMuted(Alert alert) {
        return Muting.isMuted(alert, mutes::get);
    }

    /** What it is about, in the words of people, as of now. */
    ChatMessage.About about(Alert alert) {
        String zone = cameras.get(alert.getCamera()).stream()
                .flatMap(each -> each.getZonesList().stream())
                .filter(each ->
                        each.getId().equals(alert.getZone()) && !each.getName().isEmpty())
                .map(Zone::getName)
                .findFirst()
                .orElse(alert.getZone());
        String query = rules.get(alert.getRule()).map(Expression::queriesOf).orElse(Set.of()).stream()
                .map(id -> queries.get(id).map(Query::getText).orElse(id))
                .collect(Collectors.joining(", "));
        return new ChatMessage.About(
                cameraName(alert), zone, query, page, page.flatMap(address -> links.parameters(alert)));
    }

    @Override
    public boolean isSilent(Alert alert) {
        return isMuted(alert) || hides(alert.getCamera(), alert.getAtMs());
    }

    @Override
    public String ruleName(Alert alert) {
        return rules.get(alert.getRule())
                .map(Rule::getName)
                .filter(name -> !name.isEmpty())
                .orElse(alert.getRuleName().isEmpty() ? alert.getRule() : alert.getRuleName());
    }

    @Override
    public String cameraName(Alert alert) {
        return cameras.get(alert.getCamera())
                .map(Camera::getName)
                .filter(name -> !name.isEmpty())
                .orElse(alert.getCamera());
    }

    @Override
    public void close() {
        erasures.close();
        List.of(mutes, cameras, queries, rules).forEach(Table::close);
    }
}
