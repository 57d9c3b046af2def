package io.segwatch.launcher;

import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** What a camera's pictures hide, as options of `camera add` and `camera set`. A picocli mixin. */
final class MaskOptions {
    @Option(
            names = "--mask",
            paramLabel = "[NAME=]X,Y X,Y X,Y…",
            description =
                    "Black out what these corners enclose, shares of width and height from the upper left, such as"
                            + " \"window=0,0 0.4,0 0.4,0.5 0,0.5\"; before the picture leaves ingest. May be given again; a mask"
                            + " of the same name is replaced.")
    private List<String> masks = List.of();

    @Option(names = "--unmask", paramLabel = "NAME", description = "Remove the mask of this name. May be given again.")
    private List<String> removed = List.of();

    @Option(names = "--no-masks", description = "Remove all masks; those of --mask are added after that.")
    private boolean none;

    @Option(
            names = "--hide",
            paramLabel = "QUERY",
            description =
                    "Make what this query finds, persons for example, unrecognisable in evidence and past frames. May be"
                            + " given again.")
    private List<String> hide = List.of();

    @Option(names = "--no-hide", description = "Hide nothing of what was found; those of --hide are added after that.")
    private boolean hideNothing;

    /** The queries that are hidden after the change. */
    List<String> hidden(List<String> old) {
        Set<String> now = new LinkedHashSet<>(hideNothing ? List.of() : old);
        now.addAll(hide);
        return List.copyOf(now);
    }

    boolean given() {
        return none || !masks.isEmpty() || !removed.isEmpty();
    }

    /**
     * The masks after the change.
     *
     * @throws IllegalArgumentException when a mask cannot be read or is not there, saying what may be given
     */
    List<PrivacyMask> applied(List<PrivacyMask> old) {
        List<PrivacyMask> now = new ArrayList<>(none ? List.of() : old);
        for (String name : removed) {
            if (!now.removeIf(mask -> mask.getName().equals(name))) {
                throw new IllegalArgumentException("--unmask " + name + ": the camera has no mask of this name; it has "
                        + (now.isEmpty()
                                ? "none"
                                : String.join(
                                        ", ",
                                        now.stream().map(PrivacyMask::getName).toList())));
            }
        }
        for (String text : masks) {
            PrivacyMask mask = parse(text);
            if (!mask.getName().isEmpty()) {
                now.removeIf(other -> other.getName().equals(mask.getName()));
            }
            now.add(mask);
        }
        return now;
    }

    private static PrivacyMask parse(String text) {
        int equals = text.indexOf('=');
        Ring.Builder outline = Ring.newBuilder();
        for (String corner : text.substring(equals + 1).strip().split("\\s+")) {
            String[] xy = corner.split(",", -1);
            if (xy.length != 2) {
                throw unreadable(text);
            }
            outline.addPoints(Point.newBuilder().setX(number(xy[0], text)).setY(number(xy[1], text)));
        }
        return PrivacyMask.newBuilder()
                .setName(equals < 0 ? "" : text.substring(0, equals).strip())
                .setOutline(outline)
                .build();
    }

    private static double number(String text, String mask) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw unreadable(mask);
        }
    }

    private static IllegalArgumentException unreadable(String mask) {
        return new IllegalArgumentException("--mask " + mask
                + " has no corners that can be read; give for example \"window=0,0 0.4,0 0.4,0.5 0,0.5\"");
    }
}
