package io.segwatch.inference.search;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchExample;
import io.segwatch.v1.SearchRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What may be asked of a search, and what it takes where nothing is asked. */
final class SearchBounds {
    private static final int MOST_CAMERAS = 64;
    private static final int MOST_MOMENTS = 1_000;
    private static final int MOMENTS = 200;
    private static final int MOST_COLUMNS = 2_000;
    private static final double MIN_SHARE = 0.01;
    private static final long MOST_SPAN_MS = Duration.ofDays(3_650).toMillis();

    private SearchBounds() {}

    /**
     * The request with its defaults filled in.
     *
     * @throws IllegalArgumentException when it is out of bounds, with each field and the remedy
     */
    static SearchRequest checked(SearchRequest request) {
        List<Problem> problems = new ArrayList<>();
        checkWhat(request, problems);
        check(
                request.getCamerasCount() >= 1 && request.getCamerasCount() <= MOST_CAMERAS,
                "cameras",
                "must be 1 to " + MOST_CAMERAS + ", not " + request.getCamerasCount() + "; search them in several goes",
                problems);
        check(
                request.getZone().isEmpty() || request.getCamerasCount() == 1,
                "zone",
                "is of one camera; name that camera alone",
                problems);
        long span = request.getToMs() - request.getFromMs();
        check(
                request.getFromMs() >= 0 && span > 0 && span <= MOST_SPAN_MS,
                "toMs",
                "must be after fromMs, by at most ten years",
                problems);
        check(
                request.getMinShare() >= 0 && request.getMinShare() <= 1,
                "minShare",
                "must be 0..1, for 1 % 0.01",
                problems);
        checkCount(request.getMostMoments(), MOST_MOMENTS, "mostMoments", problems);
        checkCount(request.getColumns(), MOST_COLUMNS, "columns", problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(Problem.describe(problems));
        }
        return withDefaults(request);
    }

    private static SearchRequest withDefaults(SearchRequest request) {
        SearchRequest.Builder full = request.toBuilder();
        full.clearCameras()
                .addAllCameras(request.getCamerasList().stream().distinct().toList());
        if (request.getMinShare() == 0) {
            full.setMinShare(MIN_SHARE);
        }
        if (request.getMostMoments() == 0) {
            full.setMostMoments(MOMENTS);
        }
        return full.build();
    }

    private static void checkWhat(SearchRequest request, List<Problem> problems) {
        boolean words = request.hasQuery();
        check(words != request.hasLike(), "query", "or like is needed, and not both", problems);
        if (words) {
            problems.addAll(problems(request.getQuery()));
        }
        SearchExample like = request.getLike();
        if (request.hasLike()) {
            check(like.hasAt() != like.hasBox(), "like", "needs at, a point, or box, and not both", problems);
            check(!like.getCamera().isEmpty(), "like.camera", "is empty; name the camera of the picture", problems);
        }
    }

    /** What is wrong with the words; only a stored query must have a name of its own. */
    static List<Problem> problems(Query query) {
        Query named =
                query.getId().isEmpty() ? query.toBuilder().setId("search").build() : query;
        return Definitions.check(named).stream()
                .map(problem -> new Problem("query." + problem.field(), problem.message()))
                .toList();
    }

    private static void checkCount(int count, int most, String field, List<Problem> problems) {
        check(count >= 0 && count <= most, field, "must be 0.." + most, problems);
    }

    private static void check(boolean holds, String field, String message, List<Problem> problems) {
        if (!holds) {
            problems.add(new Problem(field, message));
        }
    }
}
