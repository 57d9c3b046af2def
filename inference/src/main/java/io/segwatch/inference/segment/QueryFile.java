package io.segwatch.inference.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file with a query a line, in UTF-8; lines that begin with # are comments. */
final class QueryFile {
    private static final String BYTE_ORDER_MARK = "\ufeff";
    private static final long MAX_BYTES = 1 << 20;

    private QueryFile() {}

    /**
     * The lines that hold a query, in order.
     *
     * @throws IllegalArgumentException naming the file and the line that is not UTF-8
     */
    static List<String> read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IllegalArgumentException("--queries " + file + " is larger than 1 MiB");
        }
        List<String> queries = new ArrayList<>();
        byte[] bytes = Files.readAllBytes(file);
        int line = 0;
        for (int from = 0; from < bytes.length; ) {
            int to = from;
            while (to < bytes.length && bytes[to] != '\n') {
                to++;
            }
            line++;
            String text = decoded(file, line, bytes, from, to - from);
            text = line == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
            if (!text.isBlank() && !text.startsWith("#")) {
                queries.add(text.strip());
            }
            from = to + 1;
        }
        return queries;
    }

    private static String decoded(Path file, int line, byte[] bytes, int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "--queries " + file + " line " + line + " is not UTF-8; save the file in that encoding", e);
        }
    }
}
