package io.segwatch.contracts;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.List;
import java.util.Map;

/** Records to be stored for later versions: of a definition a valid one, of everything else one with every field. */
final class ExampleRecords {
    private static final int MAX_DEPTH = 4;
    private static final String TRIANGLE =
            "rings { points { x: 0.1 y: 0.1 } points { x: 0.9 y: 0.1 } points { y: 0.9 } }";
    private static final String HEX64 = "0123456789abcdef".repeat(4);
    private static final String HEX32 = "0123456789abcdef".repeat(2);
    private static final String BYTES32 = "0123456789abcdef0123456789abcdef";

    /** By topic, each a key, a bar and the message in protobuf's text format. */
    private static final Map<Topic<?>, List<String>> DEFINITIONS = Map.ofEntries(
            Map.entry(
                    Topic.CAMERAS,
                    List.of("gate|id: 'gate' name: 'Gate' url: 'rtsps://192.168.1.20/stream1' credentials: 'gate'"
                            + " target_fps: 7.5 zones { id: 'left' name: 'Left' version: 3 " + TRIANGLE + " }"
                            + " zones { id: 'clock' version: 1 kind: EXCLUDE " + TRIANGLE + " }"
                            + " zones { id: 'line' version: 1 kind: LINE rings { points { x: 0.1 } points { y: 1 } } }"
                            + " time_zone: 'Europe/Berlin' stream { transport: TCP connect_timeout_ms: 5000"
                            + " read_timeout_ms: 9000 deinterlace: ALWAYS aspect: '16:9' }"
                            + " privacy_masks { name: 'Window' outline { points { x: 0.1 } points { x: 0.4 }"
                            + " points { y: 0.5 } } } hidden_queries: 'person' tls { fingerprint: '" + HEX64 + "' }"
                            + " connect_at_ms: 1795788000000")),
            Map.entry(
                    Topic.QUERIES,
                    List.of("van|id: 'van' text: 'delivery van' synonyms: 'parcel van' negatives: 'bus' cameras: 'gate'"
                            + " color: '#ff8800' refine: true threshold: 0.4 expires_at_ms: 1795788000000")),
            Map.entry(
                    Topic.RULES,
                    List.of(
                            "busy|id: 'busy' name: 'Busy' cameras: 'gate' zone: 'left' query: 'van' enter: 0.05 exit: 0.03"
                                    + " dwell_ms: 3000 exit_dwell_ms: 1000 k: 3 n: 5 cooldown_ms: 60000"
                                    + " schedule { time_zone: 'UTC' intervals { days: 1 start_minute: 60 end_minute: 90 } }"
                                    + " min_component: 0.001 max_alerts_per_hour: 4",
                            "both|id: 'both' expression: 'person > 2 % and not van > 1 %' enter: 1 exit: 1 disabled: true",
                            "less|id: 'less' query: 'van' measure: CHANGE below: true enter: -3 exit: -1")),
            Map.entry(Topic.BASELINES, List.of("gate/van|camera: 'gate' query: 'van' accepted_at_ms: 1795788000000")),
            Map.entry(
                    Topic.ERASURES,
                    List.of("gone|camera: 'gone' requested_at_ms: 1795788000000 before_ms: 1795788005000"
                            + " finished_at_ms: 1795788006000 topics { topic: 'segwatch.frames' deleted: true"
                            + " gone_by_ms: 1795788007000 reason: 'why' } gone_by_ms: 1795788008000")),
            Map.entry(
                    Topic.MUTES,
                    List.of(
                            "rule/busy|id: 'rule/busy' now { from_ms: 1795788000000 until_ms: 1795788005000 by: 'anna' }"
                                    + " earlier { from_ms: 1795700000000 until_ms: 1795700005000 by: 'ben' }")),
            Map.entry(
                    Topic.ALERT_REVIEWS,
                    List.of("a1|alert: 'a1' camera: 'gate' seen_by: 'anna' seen_at_ms: 1795788000000"
                            + " acknowledged_by: 'ben' acknowledged_at_ms: 1795788000001 note: 'a parcel'")),
            Map.entry(
                    Topic.PUSH_SUBSCRIPTIONS,
                    List.of("p1|id: 'p1' user: 'anna' endpoint: 'https://push.example.com/1' p256dh: '\\004"
                            + "0123456789".repeat(6) + "0123' auth: '0123456789abcdef' created_at_ms: 1795788000000"
                            + " cameras: 'gate' test_at_ms: 1795788000001")),
            Map.entry(
                    Topic.MODEL_ROLLOUTS,
                    List.of(
                            "model|id: 'model' model: 'm@2' fingerprint: '" + HEX64 + "' state: CANARY compared: 'yard'"
                                    + " canaries: 'gate' started_at_ms: 1795788000000 changed_at_ms: 1795788000001 by: 'anna'")),
            Map.entry(
                    Topic.WEBHOOKS,
                    List.of("hook|id: 'hook' name: 'Hook' url: 'https://example.com/alerts' rules: 'busy'"
                            + " rules: 'drift:van' cameras: 'gate' states: OPEN states: CLOSE format: BINARY"
                            + " disabled: true created_at_ms: 1795788000000")),
            Map.entry(
                    Topic.ACCESS,
                    List.of(
                            "account/anna|account { name: 'anna' password_hash: '$argon2id$v=19$m=19456,t=2,p=1$"
                                    + "c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo' role: OPERATOR"
                                    + " cameras: 'gate' created_at_ms: 1795788000000 version: 7 identity: 'https://id a' }",
                            "token/" + HEX32 + "|token { id: '" + HEX32 + "' secret_hash: '" + BYTES32
                                    + "' account: 'anna'"
                                    + " account_created_at_ms: 1795788000000 name: 'wall' role: VIEWER cameras: 'gate'"
                                    + " created_at_ms: 1 expires_at_ms: 1795788000000 login: true }",
                            "session/" + HEX32 + "|session { id: '" + HEX32 + "' secret_hash: '" + BYTES32
                                    + "' account: 'anna' account_version: 7 created_at_ms: 1 expires_at_ms: 2"
                                    + " address: '10.0.0.1' agent: 'Firefox' }",
                            "use/token/" + HEX32 + "|use { at_ms: 1795788000000 }")),
            Map.entry(
                    Topic.SECRETS,
                    List.of("camera/gate|kind: 'camera' id: 'gate' authority: 'rtsps://192.168.1.20:322' key_id: '"
                            + "0123456789abcdef' sealed: 'sealed' sealed_at_ms: 1795788000000")));

    private ExampleRecords() {}

    /** Each a key, a bar and the message in text format. */
    static List<String> of(Topic<?> topic) {
        List<String> written = DEFINITIONS.get(topic);
        if (written != null) {
            return written;
        }
        Message.Builder message = ((Message) topic.parse(new byte[0])).newBuilderForType();
        fill(message, 0);
        return List.of("key|" + TextFormat.printer().emittingSingleLine(true).printToString(message));
    }

    /** The message of a line of {@link #of}. */
    static Message message(Topic<?> topic, String text) throws TextFormat.ParseException {
        try {
            Message.Builder message = ((Message) topic.parse(new byte[0])).newBuilderForType();
            TextFormat.merge(text, message);
            return message.build().getParserForType().parseFrom(message.build().toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static void fill(Message.Builder message, int depth) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                if (depth < MAX_DEPTH) {
                    Message.Builder inner = message.newBuilderForField(field);
                    fill(inner, depth + 1);
                    set(message, field, inner.build());
                }
            } else {
                set(message, field, scalar(field));
            }
        }
    }

    private static void set(Message.Builder message, FieldDescriptor field, Object value) {
        if (field.isRepeated()) {
            message.addRepeatedField(field, value);
        } else {
            message.setField(field, value);
        }
    }

    /** Another one for each field of a message, where there is room for it. */
    private static Object scalar(FieldDescriptor field) {
        int n = field.getNumber();
        return switch (field.getJavaType()) {
            case INT -> 100 + n;
            case LONG -> 1_795_788_000_000L + n;
            case FLOAT -> n + 0.5f;
            case DOUBLE -> n + 0.25;
            case BOOLEAN -> true;
            case STRING -> field.getName() + " ü " + n;
            case BYTE_STRING -> ByteString.copyFrom(new byte[] {0, (byte) 0xff, (byte) n});
            case ENUM ->
                field.getEnumType()
                        .getValues()
                        .get(field.getEnumType().getValues().size() - 1);
            case MESSAGE -> throw new IllegalArgumentException(field.getFullName());
        };
    }
}
