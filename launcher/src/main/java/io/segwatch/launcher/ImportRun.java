package io.segwatch.launcher;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Writes an import's definitions one after the other, and takes them back when one of them fails. */
final class ImportRun {
    private final ApiClient api;
    private final List<ImportStep> steps;
    private final Deque<ImportStep> written = new ArrayDeque<>();

    ImportRun(ApiClient api, List<ImportStep> steps) {
        this.api = api;
        this.steps = steps;
    }

    /** @throws IOException when a definition was refused, naming it; what had been written is undone */
    void run() throws IOException, InterruptedException {
        for (ImportStep step : steps) {
            if (step.writes()) {
                try {
                    write(step);
                } catch (IOException e) {
                    throw new IOException(
                            step.type().singular() + " " + step.id() + ": " + e.getMessage() + ". " + undo(), e);
                }
                written.push(step);
            }
        }
    }

    private void write(ImportStep step) throws IOException, InterruptedException {
        if (step.isNew()) {
            api.post(
                    step.type().path(),
                    step.definition(),
                    step.secrets(),
                    step.type().empty());
        } else {
            api.put(step.type().path(step.id()), step.definition(), step.secrets(), step.tag());
        }
    }

    private String undo() throws InterruptedException {
        List<String> left = new ArrayList<>();
        for (ImportStep step : written) {
            try {
                if (step.isNew()) {
                    api.delete(step.type().path(step.id()));
                } else {
                    api.put(step.type().path(step.id()), step.before(), Map.of(), "");
                }
            } catch (IOException e) {
                left.add(step.type().singular() + " " + step.id() + " (" + e.getMessage() + ")");
            }
        }
        return left.isEmpty()
                ? "Everything is as it was before."
                : "These are as the document has them, and could not be undone: " + String.join(", ", left) + ".";
    }
}
