/**
 * How every role speaks to Kafka; the only place that makes a client.
 *
 * <pre>
 * Kafka            address, producers, consumers, creation of topics, the partition of a key
 * Table            a compacted topic in memory: valid definitions only, the others to the dead letters
 * ConsumerThread   the thread of a reader, with the one policy for failures
 * Sender           a topic's messages with CloudEvents headers
 * FencedSender     the same, of a member of a group while its partitions are its own
 * StoredTopics     what topics hold and may hold
 * RecordDeletion   what can be deleted of a camera
 * DeadLetters      what could not be read or delivered
 * ProtoSerde       a topic's values for Kafka Streams
 * </pre>
 */
package io.segwatch.kafka;
