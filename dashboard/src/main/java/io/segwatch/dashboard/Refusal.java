package io.segwatch.dashboard;

import io.segwatch.contracts.Problem;
import java.util.List;

/** A request that is answered with an HTTP status and what is wrong, for the person who sent it. */
final class Refusal extends RuntimeException {
    private final int status;
    private final transient List<Problem> problems;

    private Refusal(int status, List<Problem> problems) {
        super(Problem.describe(problems), null, false, false);
        this.status = status;
        this.problems = problems;
    }

    static Refusal badInput(List<Problem> problems) {
        return new Refusal(400, problems);
    }

    static Refusal badInput(String field, String message) {
        return badInput(List.of(new Problem(field, message)));
    }

    static Refusal of(int status, String field, String message) {
        return new Refusal(status, List.of(new Problem(field, message)));
    }

    static Refusal notFound(String kind, String id) {
        return of(404, "id", missing(kind, id));
    }

    /** Tells that a definition is missing, without repeating an id that is longer than any can be. */
    static String missing(String kind, String id) {
        return "there is no " + kind + " " + (id.length() > 63 ? "of that id" : id);
    }

    static Refusal kafkaIsSilent() {
        return of(
                503,
                "kafka",
                "did not acknowledge the change in time, so it may or may not be stored; check that the broker runs"
                        + " and try again");
    }

    int status() {
        return status;
    }

    List<Problem> problems() {
        return problems;
    }
}
