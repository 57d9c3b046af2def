package io.segwatch.inference.search;

import io.segwatch.failure.FatalErrors;
import io.segwatch.inference.model.ModelException;
import io.segwatch.inference.model.TextModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The text models that kept vectors can be asked by: loaded when the first search needs them, or a little before, and
 * let go when none has for a while. Threadsafe.
 */
final class TextModels implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TextModels.class);
    private static final Duration UNUSED = Duration.ofMinutes(10);

    private static final class Loaded {
        final TextModel model;
        long usedNanos;

        Loaded(TextModel model) {
            this.model = model;
        }
    }

    private final Optional<TextModel> running;
    private final List<Path> folders;
    private final Map<String, Loaded> loaded = new HashMap<>();
    private final ScheduledExecutorService loading;

    /**
     * @param running of the worker in this process, which stays loaded; not closed here
     * @param folders model directories, that of today first
     */
    TextModels(Optional<TextModel> running, List<Path> folders) {
        this.running = running;
        this.folders = List.copyOf(folders);
        this.loading = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "text-models");
            thread.setDaemon(true);
            return thread;
        });
        loading.scheduleWithFixedDelay(() -> letGo(UNUSED), 1, 1, TimeUnit.MINUTES);
    }

    /**
     * Id of the model of today, whose words are checked first.
     *
     * @throws ModelException when its directory is wrong
     */
    String current() {
        return running.map(model -> model.description().id())
                .orElseGet(() -> TextModel.describe(folders.get(0)).id());
    }

    /** Has the model of today loaded on another thread; what is wrong with it is told to who asks it. */
    void load() {
        if (running.isPresent()) {
            return;
        }
        loading.execute(FatalErrors.guarded(() -> {
            try {
                ask(current(), model -> true);
            } catch (ModelException e) {
                log.debug("The words of today's model cannot be loaded", e);
            }
        }));
    }

    /**
     * What {@code use} makes of the model of this id, which it must not keep; empty when no directory holds it.
     *
     * @throws ModelException when its directory is wrong
     */
    synchronized <T> Optional<T> ask(String id, Function<TextModel, T> use) {
        if (running.isPresent() && running.get().description().id().equals(id)) {
            return Optional.of(use.apply(running.get()));
        }
        Loaded found = loaded.get(id);
        if (found == null) {
            Optional<Path> folder =
                    folders.stream().filter(each -> holds(each, id)).findFirst();
            if (folder.isEmpty()) {
                return Optional.empty();
            }
            found = new Loaded(TextModel.load(folder.get()));
            loaded.put(id, found);
            log.info("Loaded the words of {} for searches", id);
        }
        try {
            return Optional.of(use.apply(found.model));
        } finally {
            found.usedNanos = System.nanoTime();
        }
    }

    private static boolean holds(Path folder, String id) {
        try {
            return TextModel.describe(folder).id().equals(id);
        } catch (ModelException e) {
            log.warn("A model's directory is passed over: {}", e.getMessage());
            return false;
        }
    }

    /** Lets those go that nobody has asked for so long; gives how many are left. */
    synchronized int letGo(Duration unused) {
        loaded.entrySet().removeIf(each -> {
            boolean old = System.nanoTime() - each.getValue().usedNanos >= unused.toNanos();
            if (old) {
                each.getValue().model.close();
                log.info("Let the words of {} go", each.getKey());
            }
            return old;
        });
        return loaded.size();
    }

    @Override
    public void close() {
        loading.shutdownNow();
        letGo(Duration.ZERO);
    }
}
