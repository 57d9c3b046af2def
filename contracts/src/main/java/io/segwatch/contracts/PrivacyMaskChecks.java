package io.segwatch.contracts;

import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import java.util.List;

/**
 * The bounds of what a camera's pictures hide. A mask that cannot be drawn makes the camera one that is not grabbed.
 */
final class PrivacyMaskChecks {
    private PrivacyMaskChecks() {}

    static void check(FieldChecks check, List<PrivacyMask> masks) {
        if (masks.size() > Definitions.MAX_MASKS) {
            check.problem("privacyMasks", "has more than " + Definitions.MAX_MASKS + " masks");
        }
        for (int i = 0; i < masks.size(); i++) {
            String field = "privacyMasks[" + i + "]";
            check.text(field + ".name", masks.get(i).getName(), 0, Definitions.MAX_NAME);
            outline(check, field + ".outline", masks.get(i).getOutline());
        }
    }

    private static void outline(FieldChecks check, String field, Ring outline) {
        if (outline.getPointsCount() < 3 || outline.getPointsCount() > Definitions.MAX_RING_POINTS) {
            check.problem(field, "needs 3 to " + Definitions.MAX_RING_POINTS + " points");
            return;
        }
        for (int i = 0; i < outline.getPointsCount(); i++) {
            check.point(field + ".points[" + i + "]", outline.getPoints(i));
        }
        if (!RingShape.hasArea(outline)) {
            check.problem(field, "hides nothing: its points lie on one line; draw at least a triangle");
        }
    }
}
