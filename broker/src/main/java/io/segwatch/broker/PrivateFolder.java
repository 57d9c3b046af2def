package io.segwatch.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders that only their owner may enter: what is in them is pictures of people, whatever mode its files have. */
public final class PrivateFolder {
    private static final Logger log = LoggerFactory.getLogger(PrivateFolder.class);
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private PrivateFolder() {}

    /**
     * Makes a folder that is not there, and closes it and the folders directly in it to all but their owner, as they
     * may have been open in an earlier version. What belongs to somebody else, as a mounted volume does, is left as it
     * is, with a word in the log.
     *
     * @throws IOException when the folder cannot be made or listed
     */
    public static void close(Path folder) throws IOException {
        Files.createDirectories(folder);
        boolean closed = tighten(folder);
        List<Path> inner;
        try (Stream<Path> files = Files.list(folder)) {
            inner = files.filter(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
        for (Path each : inner) {
            tighten(each);
        }
        if (!closed) {
            log.warn(
                    "Other users of this machine may look into {}, which holds pictures: it belongs to another user, who"
                            + " can close it with chmod 700.",
                    folder);
        }
    }

    private static boolean tighten(Path folder) throws IOException {
        try {
            Set<PosixFilePermission> now = Files.getPosixFilePermissions(folder);
            if (!now.equals(OWNER)) {
                Files.setPosixFilePermissions(folder, OWNER);
            }
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (IOException e) {
            log.debug("The mode of {} stays as it is", folder, e);
            return false;
        }
    }
}
