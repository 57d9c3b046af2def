package io.segwatch.dashboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A reverse proxy as people run them: the upstream's Host instead of the visitor's, a path prefix that it takes off, a
 * network that swallows everything in both directions and closes nothing.
 */
final class OddProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final int upstream;
    private final String prefix;
    private final boolean rewriteHost;
    private final Map<String, String> added;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    /** Connections of this generation and those before are dead. */
    private volatile int frozenUpTo = -1;

    private volatile boolean frozen;
    private volatile int generation;

    /**
     * @param prefix that it takes off; empty for none
     * @param rewriteHost whether the upstream sees its own address as Host
     * @param added headers
     */
    OddProxy(int upstream, String prefix, boolean rewriteHost, Map<String, String> added) throws IOException {
        this.upstream = upstream;
        this.prefix = prefix;
        this.rewriteHost = rewriteHost;
        this.added = added;
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    String url() {
        return "http://localhost:" + port() + prefix + "/";
    }

    /** What is sent from now on, either way, is lost; connections can be opened and stay without an answer. */
    void freeze() {
        frozen = true;
        frozenUpTo = generation++;
    }

    /** New connections work again; the old ones stay dead. */
    void thaw() {
        frozenUpTo = generation++;
        frozen = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket visitor = server.accept();
                open.add(visitor);
                int born = generation;
                daemon(() -> serve(visitor, born));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket visitor, int born) {
        try {
            InputStream in = visitor.getInputStream();
            String head = head(in);
            if (head.isEmpty() || isDead(born)) {
                return;
            }
            Socket service = new Socket(InetAddress.getLoopbackAddress(), upstream);
            open.add(service);
            service.getOutputStream().write(rewritten(head).getBytes(StandardCharsets.ISO_8859_1));
            daemon(() -> pump(service, visitor, born));
            pump(visitor, service, born);
        } catch (IOException e) {
            close(visitor);
        }
    }

    private boolean isDead(int born) {
        return frozen || born <= frozenUpTo;
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private String rewritten(String head) {
        List<String> lines = new ArrayList<>();
        boolean upgrade = head.toLowerCase(Locale.ROOT).contains("\r\nupgrade:");
        for (String line : head.strip().split("\r\n")) {
            String name = line.toLowerCase(Locale.ROOT);
            if (lines.isEmpty()) {
                lines.add(line.replaceFirst(" " + prefix + "/?", " /"));
            } else if (rewriteHost && name.startsWith("host:")) {
                lines.add("Host: 127.0.0.1:" + upstream);
            } else if (!name.startsWith("connection:")) {
                lines.add(line);
            }
        }
        added.forEach((name, value) -> lines.add(name + ": " + value));
        lines.add("Connection: " + (upgrade ? "Upgrade" : "close"));
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private void pump(Socket from, Socket to, int born) {
        byte[] bytes = new byte[64 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count; (count = in.read(bytes)) >= 0; ) {
                if (!isDead(born)) {
                    out.write(bytes, 0, count);
                }
            }
        } catch (IOException e) {
            // Closed.
        }
        if (!isDead(born)) {
            close(from);
            close(to);
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "odd-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Set.copyOf(open).forEach(this::close);
    }
}
