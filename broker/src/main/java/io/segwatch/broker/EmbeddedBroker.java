package io.segwatch.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka node, broker and KRaft controller in one, in this JVM, on the loopback address only, and only for who can
 * read the file of its password. Its data stays in the folder it is given, so that a restart continues where the last
 * run ended.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String CLIENTS = "CLIENTS";
    private static final String CONTROLLER = "CONTROLLER";

    private final KafkaRaftServer server;
    private final FileChannel lockFile;
    private final DiskSpace disk;
    private final String bootstrapServers;
    private final ClientFile clients;

    private EmbeddedBroker(
            KafkaRaftServer server, FileChannel lockFile, DiskSpace disk, String bootstrapServers, ClientFile clients) {
        this.server = server;
        this.lockFile = lockFile;
        this.disk = disk;
        this.bootstrapServers = bootstrapServers;
        this.clients = clients;
    }

    /**
     * Starts the broker and returns when it takes requests, in 2 to 3 seconds on new data.
     *
     * @param folder created and formatted when it is empty, and closed to other users; its {@code client.properties}
     *     lets programs of this user in
     * @param port to listen on, or 0 for any free one
     * @param minFreeBytes that must be free on the folder's disk, 0 for any number; see {@link #shortage}
     * @throws IOException when the folder cannot be written, has too little room or is used by another process, or the
     *     port is taken
     */
    public static EmbeddedBroker start(Path folder, int port, long minFreeBytes) throws IOException {
        return start(folder, port, minFreeBytes, Map.of());
    }

    /**
     * As {@link #start(Path, int, long)}.
     *
     * @param further settings of Kafka's, over those of this class
     */
    public static EmbeddedBroker start(Path folder, int port, long minFreeBytes, Map<String, String> further)
            throws IOException {
        PrivateFolder.close(folder);
        FileChannel lockFile = lock(folder);
        DiskSpace disk = new DiskSpace(folder, minFreeBytes, folder.toFile()::getUsableSpace);
        try {
            if (disk.shortage().isPresent()) {
                throw new IOException(
                        "The embedded broker cannot start: " + disk.shortage().get() + ".");
            }
            int clientPort = port == 0 ? freePort() : checkFree(port);
            int controllerPort = freePort();
            format(folder, controllerPort);
            String address = LOOPBACK + ":" + clientPort;
            ClientFile clients = ClientFile.write(folder, address);
            Properties properties = properties(folder, clientPort, controllerPort);
            properties.putAll(clients.listener(CLIENTS));
            properties.putAll(clients.listener(CONTROLLER));
            properties.putAll(further);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            log.info("Embedded broker listens on {}, data and client.properties in {}", address, folder);
            disk.start();
            return new EmbeddedBroker(server, lockFile, disk, address, clients);
        } catch (IOException | RuntimeException e) {
            disk.close();
            lockFile.close();
            throw e;
        }
    }

    /** For clients on this machine. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Settings that a client needs besides the address; they hold the password. */
    public Map<String, String> clientSettings() {
        return clients.settings();
    }

    /** What its disk lacks and the remedy, in a sentence; empty while there is room. Does not block. */
    public Optional<String> shortage() {
        return disk.shortage();
    }

    /** Stops taking requests and flushes the logs. */
    @Override
    public void close() {
        disk.close();
        server.shutdown();
        server.awaitShutdown();
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("segwatch.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new IOException("Another process runs a broker on " + folder
                    + ". Stop it, or name another folder with segwatch.data-dir.");
        }
        return channel;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return socket.getLocalPort();
        }
    }

    private static int checkFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IOException(
                    "Port " + port + " of " + LOOPBACK + " is in use. Stop what uses it, or name another with"
                            + " segwatch.broker.port (0 takes any free one).",
                    e);
        }
    }

    private static void format(Path folder, int controllerPort) throws IOException {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
        formatter.setNodeId(1);
        formatter.setClusterId(Uuid.randomUuid().toString());
        formatter.addDirectory(folder.toString());
        formatter.setMetadataLogDirectory(folder.toString());
        formatter.setControllerListenerName(CONTROLLER);
        try {
            formatter.run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("The broker's folder " + folder + " cannot be formatted: " + e.getMessage(), e);
        }
    }

    private static Properties properties(Path folder, int clientPort, int controllerPort) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", "1");
        String clients = CLIENTS + "://" + LOOPBACK + ":" + clientPort;
        properties.put("listeners", clients + "," + CONTROLLER + "://" + LOOPBACK + ":" + controllerPort);
        properties.put("advertised.listeners", clients);
        properties.put(
                "listener.security.protocol.map",
                CLIENTS + ":" + ClientFile.PROTOCOL + "," + CONTROLLER + ":" + ClientFile.PROTOCOL);
        properties.put("sasl.enabled.mechanisms", ClientFile.MECHANISM);
        properties.put("sasl.mechanism.inter.broker.protocol", ClientFile.MECHANISM);
        properties.put("sasl.mechanism.controller.protocol", ClientFile.MECHANISM);
        properties.put("inter.broker.listener.name", CLIENTS);
        properties.put("controller.listener.names", CONTROLLER);
        properties.put("controller.quorum.voters", "1@" + LOOPBACK + ":" + controllerPort);
        properties.put("log.dirs", folder.toString());
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("min.insync.replicas", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        // Of the processes that share cameras, one that died is replaced within five seconds.
        properties.put("group.min.session.timeout.ms", "2000");
        // Stream clients cannot set these. A process that died is replaced within seconds.
        properties.put("group.streams.min.session.timeout.ms", "6000");
        properties.put("group.streams.session.timeout.ms", "6000");
        properties.put("group.streams.min.heartbeat.interval.ms", "1000");
        properties.put("group.streams.heartbeat.interval.ms", "2000");
        properties.put("auto.create.topics.enable", "false");
        properties.put("message.max.bytes", Integer.toString(8 << 20));
        // Index files are mapped whole: the default of 10 MiB for each segment would be most of the folder.
        properties.put("log.index.size.max.bytes", Integer.toString(256 << 10));
        // What a flooding camera sends until its oldest pictures are off the disk comes on top of what topics may hold:
        // some six seconds of it rather than Kafka's minutes. A reader may be at work in a segment that goes.
        properties.put("log.retention.check.interval.ms", "1000");
        properties.put("log.initial.task.delay.ms", "1000");
        properties.put("log.segment.delete.delay.ms", "5000");
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        properties.put("metric.reporters", "");
        return properties;
    }
}
