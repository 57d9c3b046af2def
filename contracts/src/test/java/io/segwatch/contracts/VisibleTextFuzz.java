package io.segwatch.contracts;

import java.nio.charset.StandardCharsets;

/** Names and phrases. */
public final class VisibleTextFuzz {
    private VisibleTextFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        String kept = VisibleText.normalized(text);
        if (!VisibleText.normalized(kept).equals(kept)) {
            throw new AssertionError("kept again it is another text");
        }
        String meaning = VisibleText.meaning(text);
        if (!VisibleText.meaning(meaning).equals(meaning)
                || !VisibleText.meaning(kept).equals(meaning)) {
            throw new AssertionError("its meaning means something else");
        }
        if (VisibleText.problem(VisibleText.shown(text)).isPresent()) {
            throw new AssertionError("what is shown cannot be seen");
        }
        if (VisibleText.problem(text).isEmpty() && VisibleText.problem(kept).isPresent()) {
            throw new AssertionError("what is kept cannot be seen");
        }
    }
}
