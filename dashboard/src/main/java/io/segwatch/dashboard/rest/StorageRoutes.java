package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.storage.StorageReport;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/** {@code /api/storage}: what is kept, for how long, and what it will come to, for admins. */
final class StorageRoutes {
    private static final int EACH = 8;

    private final StorageReport report;
    private final BoundedWork asking;

    StorageRoutes(Vertx vertx, StorageReport report) {
        this.report = report;
        // One asks Kafka, others wait for the same answer.
        this.asking = new BoundedWork(vertx, "storage", 1, EACH);
    }

    void bind(Operations operations) {
        operations.on("get-storage", this::storage);
    }

    private void storage(RoutingContext ctx) {
        asking.answer(ctx, () -> {
            try {
                return report.read().toBuffer();
            } catch (IllegalStateException e) {
                throw HttpProblem.of(503, "kafka", e.getMessage());
            }
        });
    }
}
