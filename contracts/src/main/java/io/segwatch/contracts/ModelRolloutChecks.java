package io.segwatch.contracts;

import io.segwatch.v1.ModelRollout;
import java.util.List;
import java.util.regex.Pattern;

/** The bounds of a model's rollout. */
final class ModelRolloutChecks {
    private static final int MAX_MODEL = 200;
    private static final int MAX_NAME = 63;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private ModelRolloutChecks() {}

    static List<Problem> check(ModelRollout rollout) {
        FieldChecks check = new FieldChecks();
        if (!rollout.getId().equals("model")) {
            check.problem("id", "must be model: there is one rollout");
        }
        check.length("model", rollout.getModel(), 1, MAX_MODEL);
        if (!SHA256.matcher(rollout.getFingerprint()).matches()) {
            check.problem("fingerprint", "must be 64 lower-case hexadecimal digits, the SHA-256 of model.json");
        }
        switch (rollout.getState()) {
            case SHADOW, CANARY, SWITCHED, ROLLED_BACK -> {}
            default -> check.problem("state", "must be SHADOW, CANARY, SWITCHED or ROLLED_BACK");
        }
        if (rollout.getState() == ModelRollout.State.CANARY && rollout.getCanariesCount() == 0) {
            check.problem("canaries", "is empty; name the cameras that the candidate is to observe");
        }
        check.ids("compared", rollout.getComparedList());
        check.ids("canaries", rollout.getCanariesList());
        check.length("by", rollout.getBy(), 0, MAX_NAME);
        return check.problems();
    }
}
