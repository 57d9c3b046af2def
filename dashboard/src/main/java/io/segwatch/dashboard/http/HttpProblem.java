package io.segwatch.dashboard.http;

import io.segwatch.contracts.Problem;
import java.util.List;

/** A request that is answered with an HTTP status and what is wrong, for the person who sent it. */
public final class HttpProblem extends RuntimeException {
    private final int status;
    private final transient List<Problem> problems;

    private HttpProblem(int status, List<Problem> problems) {
        super(Problem.describe(problems), null, false, false);
        this.status = status;
        this.problems = problems;
    }

    public static HttpProblem badInput(List<Problem> problems) {
        return new HttpProblem(400, problems);
    }

    public static HttpProblem badInput(String field, String message) {
        return badInput(List.of(new Problem(field, message)));
    }

    public static HttpProblem of(int status, String field, String message) {
        return new HttpProblem(status, List.of(new Problem(field, message)));
    }

    public static HttpProblem notFound(String kind, String id) {
        return of(404, "id", missing(kind, id));
    }

    /** Tells that a definition is missing, without repeating an id that is longer than any can be. */
    public static String missing(String kind, String id) {
        return "there is no " + kind + " " + (id.length() > 63 ? "of that id" : id);
    }

    public static HttpProblem kafkaIsSilent() {
        return of(
                503,
                "kafka",
                "did not acknowledge the change in time, so it may or may not be stored; check that the broker runs"
                        + " and try again");
    }

    public int status() {
        return status;
    }

    public List<Problem> problems() {
        return problems;
    }
}
