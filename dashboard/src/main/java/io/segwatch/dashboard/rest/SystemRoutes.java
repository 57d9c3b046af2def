package io.segwatch.dashboard.rest;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.access.Principal.UserRole;
import io.segwatch.v1.CameraStatus;
import io.segwatch.v1.WorkerStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * {@code /api/system}: how the cameras' connections and the workers fared lately, and for admins this process: what
 * {@code /metrics} says of it. Other processes have {@code /metrics} of their own.
 */
final class SystemRoutes {
    private static final String LAG = "segwatch_kafka_consumer_lag_records";
    private static final String READY = "segwatch_role_ready";
    private static final String DEGRADED = "segwatch_role_degraded";
    private static final String BUILD = "segwatch_build_info";
    private static final String FREE = "segwatch_data_free_bytes";
    private static final String USED = "segwatch_data_used_bytes";
    private static final String RESIDENT = "process_resident_memory_bytes";

    private final StatusTables tables;
    private final Predicate<String> cameraExists;
    private final BoundedWork printing;

    SystemRoutes(StatusTables tables, Predicate<String> cameraExists, BoundedWork printing) {
        this.tables = tables;
        this.cameraExists = cameraExists;
        this.printing = printing;
    }

    void bind(Operations operations) {
        operations.on("get-system", this::system);
    }

    private void system(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        printing.answer(ctx, () -> system(principal).toBuffer());
    }

    private JsonObject system(Principal principal) {
        JsonObject reconnects = new JsonObject();
        JsonObject skipped = new JsonObject();
        for (CameraStatus status : tables.cameras().snapshot().values()) {
            String camera = status.getCamera();
            if (cameraExists.test(camera) && principal.sees(camera)) {
                reconnects.put(camera, tables.reconnects().growth(camera));
                skipped.put(camera, tables.skips().growth(camera));
            }
        }
        JsonObject rates = new JsonObject();
        for (WorkerStatus worker : tables.workers().snapshot().values()) {
            rates.put(worker.getWorker(), tables.frames().rate(worker.getWorker()));
        }
        JsonObject system = new JsonObject()
                .put("atMs", System.currentTimeMillis())
                .put("reconnectsLastHour", reconnects)
                .put("skippedLastHour", skipped)
                .put("workerFps", rates);
        return principal.may(UserRole.ADMIN) ? system.put("process", process()) : system;
    }

    private static JsonObject process() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        JsonObject process = new JsonObject()
                .put("uptimeMs", ManagementFactory.getRuntimeMXBean().getUptime())
                .put("java", Runtime.version().toString())
                .put("heapUsedBytes", heap.getUsed())
                .put("heapMaxBytes", heap.getMax());
        JsonArray lag = new JsonArray();
        Map<String, JsonObject> roles = new TreeMap<>();
        for (MetricFamilySamples.Sample sample : samples(Set.of(LAG, READY, DEGRADED, BUILD, FREE, USED, RESIDENT))) {
            switch (sample.name) {
                case LAG ->
                    lag.add(new JsonObject()
                            .put("role", label(sample, "role"))
                            .put("topic", label(sample, "topic"))
                            .put("records", (long) sample.value));
                case READY -> role(roles, sample).put("ready", sample.value > 0);
                case DEGRADED -> role(roles, sample).put("degraded", sample.value > 0);
                case BUILD -> process.put("version", label(sample, "version"));
                case FREE -> process.put("dataFreeBytes", (long) sample.value);
                case USED -> process.put("dataUsedBytes", (long) sample.value);
                default -> process.put("residentBytes", (long) sample.value);
            }
        }
        JsonArray all = new JsonArray();
        roles.values().forEach(all::add);
        return process.put("lag", lag).put("roles", all);
    }

    private static Iterable<MetricFamilySamples.Sample> samples(Set<String> names) {
        return Collections.list(CollectorRegistry.defaultRegistry.filteredMetricFamilySamples(names)).stream()
                .flatMap(family -> family.samples.stream())
                .toList();
    }

    private static JsonObject role(Map<String, JsonObject> roles, MetricFamilySamples.Sample sample) {
        String name = label(sample, "role");
        return roles.computeIfAbsent(name, key -> new JsonObject().put("role", name));
    }

    private static String label(MetricFamilySamples.Sample sample, String name) {
        int at = sample.labelNames.indexOf(name);
        return at < 0 ? "" : sample.labelValues.get(at);
    }
}
