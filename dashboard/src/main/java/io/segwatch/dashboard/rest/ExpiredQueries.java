package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.v1.Query;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes queries whose time is over: who tried words may have closed the page. Workers look for them no more already.
 */
final class ExpiredQueries {
    private static final Logger log = LoggerFactory.getLogger(ExpiredQueries.class);
    private static final long CHECK_MS = 3_000;

    private final DefinitionStore<Query> queries;

    ExpiredQueries(Vertx vertx, DefinitionStore<Query> queries) {
        this.queries = queries;
        vertx.setPeriodic(CHECK_MS, timer -> check());
    }

    private void check() {
        queries.all().stream()
                .filter(ExpiredQueries::isExpired)
                .forEach(query -> queries.inTurn(query.getId(), () -> delete(query.getId()))
                        .onFailure(
                                failure -> log.warn("Query {} has expired and could not be deleted", query.getId())));
    }

    /** Its time may have been prolonged meanwhile. */
    private Future<Void> delete(String id) {
        return queries.get(id).filter(ExpiredQueries::isExpired).isPresent()
                ? queries.delete(id)
                : Future.succeededFuture();
    }

    private static boolean isExpired(Query query) {
        return query.getExpiresAtMs() != 0 && System.currentTimeMillis() >= query.getExpiresAtMs();
    }
}
