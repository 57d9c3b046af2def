package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.HttpProblem;
import java.util.List;

/** What somebody who may see some cameras sees of definitions, each for some cameras, or for all when it names none. */
final class CameraScope {
    private CameraScope() {}

    /** Whether it is for one of theirs. */
    static boolean sees(Principal principal, List<String> cameras) {
        return principal.seesAll() || cameras.isEmpty() || cameras.stream().anyMatch(principal::sees);
    }

    /** Those of them that they may see. */
    static List<String> own(Principal principal, List<String> cameras) {
        return principal.seesAll()
                ? cameras
                : cameras.stream().filter(principal::sees).toList();
    }

    /**
     * What keeps them from defining something for these; a camera that they may not see is as one that is not there.
     */
    static List<Problem> problems(Principal principal, List<String> cameras) {
        if (principal.seesAll()) {
            return List.of();
        }
        if (cameras.isEmpty()) {
            return List.of(new Problem(
                    "cameras",
                    "must name cameras, for without any it is for all, and you may see "
                            + String.join(", ", principal.cameras())));
        }
        return DefinitionKind.missing("camera", cameras, List.of(), principal::sees);
    }

    /** @throws HttpProblem (403) when it is also for cameras that they may not see */
    static void checkChange(Principal principal, List<String> cameras) {
        if (!problems(principal, cameras).isEmpty()) {
            throw HttpProblem.of(
                    403,
                    "cameras",
                    "are more than you may see: it is for others too, or for all; ask somebody who may see them");
        }
    }
}
