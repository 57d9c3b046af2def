package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.access.Principal;
import io.segwatch.v1.Query;
import io.segwatch.v1.QueryStatus;
import io.segwatch.v1.WorkerStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A worker's status as somebody may see it: without the cameras, and the queries of cameras, that they may not see. */
final class SeenWorker {
    private SeenWorker() {}

    static WorkerStatus by(Principal principal, WorkerStatus worker, Function<String, Optional<Query>> queries) {
        if (principal.seesAll()) {
            return worker;
        }
        List<QueryStatus> seen = worker.getQueriesList().stream()
                .filter(status -> queries.apply(status.getQuery())
                        .filter(query -> CameraScope.sees(principal, query.getCamerasList()))
                        .isPresent())
                .toList();
        return worker.toBuilder()
                .clearCameras()
                .addAllCameras(CameraScope.own(principal, worker.getCamerasList()))
                .clearQueries()
                .addAllQueries(seen)
                .build();
    }
}
