package io.segwatch.contracts;

import com.google.protobuf.MessageLite;
import java.util.List;

/** Records of every topic as another program may write them: a byte chooses the topic, the rest is the value. */
public final class RecordFuzz {
    private static final List<Topic<?>> TOPICS = Topic.all();

    private RecordFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length > 0) {
            byte[] value = new byte[data.length - 1];
            System.arraycopy(data, 1, value, 0, value.length);
            read(TOPICS.get((data[0] & 0xff) % TOPICS.size()), value);
        }
    }

    private static <T extends MessageLite> void read(Topic<T> topic, byte[] value) {
        T message;
        try {
            message = topic.parse(value);
        } catch (MalformedRecordException e) {
            return;
        }
        List<Problem> problems = topic.problems("desk", message);
        for (Problem problem : problems) {
            if (problem.message().length() > 400) {
                throw new AssertionError("a reason of " + problem.message().length() + " characters");
            }
        }
        if (!topic.problems("desk", topic.parse(message.toByteArray())).equals(problems)) {
            throw new AssertionError("written and read again it has other problems");
        }
    }
}
