package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.access.Principal;
import io.segwatch.v1.CandidateStatus;
import io.segwatch.v1.Query;
import io.segwatch.v1.QueryStatus;
import io.segwatch.v1.WorkerStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** A worker's status as somebody may see it: without the cameras, and the queries of cameras, that they may not see. */
final class SeenWorker {
    private SeenWorker() {}

    /** Without what was compared, which is too long to be sent with every status. */
    static WorkerStatus by(Principal principal, WorkerStatus worker, Function<String, Optional<Query>> queries) {
        WorkerStatus.Builder seen = compared(principal, worker, queries).toBuilder();
        if (seen.hasCandidate()) {
            seen.getCandidateBuilder().clearComparisons();
        }
        return seen.build();
    }

    /** With what was compared. */
    static WorkerStatus compared(Principal principal, WorkerStatus worker, Function<String, Optional<Query>> queries) {
        if (principal.seesAll()) {
            return worker;
        }
        Predicate<String> sees = query -> queries.apply(query)
                .filter(each -> CameraScope.sees(principal, each.getCamerasList()))
                .isPresent();
        WorkerStatus.Builder seen = worker.toBuilder()
                .clearCameras()
                .addAllCameras(CameraScope.own(principal, worker.getCamerasList()))
                .clearQueries()
                .addAllQueries(own(worker.getQueriesList(), sees));
        if (worker.hasCandidate()) {
            CandidateStatus candidate = worker.getCandidate();
            seen.getCandidateBuilder()
                    .clearCameras()
                    .addAllCameras(CameraScope.own(principal, candidate.getCamerasList()))
                    .clearQueries()
                    .addAllQueries(own(candidate.getQueriesList(), sees))
                    .clearComparisons()
                    .addAllComparisons(candidate.getComparisonsList().stream()
                            .filter(each -> principal.sees(each.getCamera()) && sees.test(each.getQuery()))
                            .toList());
        }
        return seen.build();
    }

    private static List<QueryStatus> own(List<QueryStatus> statuses, Predicate<String> sees) {
        return statuses.stream().filter(status -> sees.test(status.getQuery())).toList();
    }
}
