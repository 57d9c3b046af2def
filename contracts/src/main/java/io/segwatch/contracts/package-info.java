/**
 * What all roles, and programs of others, agree on. Names Protobuf and nothing else: no Kafka client, no web server.
 *
 * <pre>
 * Topic          every topic: key, message, retention, and what makes a record valid
 * Definitions    bounds of what people define: cameras, zones, queries, rules, webhooks (FieldChecks)
 * CameraUrl      an address taken apart: scheme, host, and its Login
 * Expression     a rule's condition over several queries (ExpressionParser, ExpressionToken)
 * DefaultRule    what a rule does by default; RuleText says what a rule does
 * RingPath       zones and privacy masks as paths
 * Rle            masks as COCO run-length encodings
 * WorkingSize    the size at which a picture is encoded
 * EventIds       identities of alert events
 * Problem        what is wrong with an input: field, message
 * </pre>
 *
 * The messages themselves are {@code io.segwatch.v1}, generated from {@code src/main/protobuf}.
 */
package io.segwatch.contracts;
