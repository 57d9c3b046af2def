package io.segwatch.dashboard.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.segwatch.dashboard.listen.Authority;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS whose port answers plain HTTP with a sentence instead of closing the connection: a browser is led to the same
 * address over HTTPS, a program is told that the port speaks HTTPS.
 */
final class PlainAnswer {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    private static final int RECORD_HEAD = 5;
    private static final int MAX_HEAD = 8 << 10;
    private static final int MAX_LINES = 100;
    private static final Pattern REQUEST = Pattern.compile("(?:GET|HEAD) (/[\\x21-\\x7e]*) HTTP/1\\.[01]");
    private static final String SENTENCE =
            "This port speaks HTTPS. Ask again at the same address with https://, and use"
                    + " no password or token that was sent here in plain any longer.\n";

    private PlainAnswer() {}

    /** How Vert.x makes its TLS. */
    static final class Engine extends JdkSSLEngineOptions {
        @Override
        public JdkSSLEngineOptions copy() {
            return new Engine();
        }

        @Override
        public SslContextFactory sslContextFactory() {
            return new Factory();
        }
    }

    private static final class Factory implements SslContextFactory {
        private KeyManagerFactory keys;

        @Override
        public SslContextFactory keyMananagerFactory(KeyManagerFactory factory) {
            keys = factory;
            return this;
        }

        @Override
        public SslContext create() throws SSLException {
            return new Context(SslContextBuilder.forServer(keys)
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .build());
        }
    }

    private static final class Context extends DelegatingSslContext {
        private final Handshakes handshakes = new Handshakes();

        Context(SslContext context) {
            super(context);
        }

        @Override
        protected void initEngine(SSLEngine engine) {
            // As it is.
        }

        @Override
        protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls, Executor executor) {
            return new Handler(newEngine(allocator), executor, handshakes);
        }

        @Override
        protected SslHandler newHandler(
                ByteBufAllocator allocator, String host, int port, boolean startTls, Executor executor) {
            return new Handler(newEngine(allocator, host, port), executor, handshakes);
        }
    }

    /** Connections that are not yet encrypted, and so counted nowhere else: a newcomer pushes out the oldest. */
    private static final class Handshakes {
        private static final int MOST = 256;

        private final Set<Channel> open = new LinkedHashSet<>();

        void add(Channel channel) {
            Channel oldest = null;
            synchronized (open) {
                if (open.size() >= MOST) {
                    oldest = open.iterator().next();
                    open.remove(oldest);
                }
                open.add(channel);
            }
            if (oldest != null) {
                oldest.close();
            }
        }

        void remove(Channel channel) {
            synchronized (open) {
                open.remove(channel);
            }
        }
    }

    private static final class Handler extends SslHandler {
        private final Handshakes handshakes;
        private boolean known;
        private boolean answered;

        Handler(SSLEngine engine, Executor executor, Handshakes handshakes) {
            super(engine, executor);
            this.handshakes = handshakes;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
            Channel channel = ctx.channel();
            handshakes.add(channel);
            handshakeFuture().addListener(done -> handshakes.remove(channel));
            channel.closeFuture().addListener(done -> handshakes.remove(channel));
            super.handlerAdded(ctx);
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws SSLException {
            if (answered) {
                in.skipBytes(in.readableBytes());
            } else if (known || in.readableBytes() < RECORD_HEAD || SslHandler.isEncrypted(in, false)) {
                known |= in.readableBytes() >= RECORD_HEAD;
                super.decode(ctx, in, out);
            } else {
                String head = in.toString(
                        in.readerIndex(), Math.min(in.readableBytes(), MAX_HEAD), StandardCharsets.ISO_8859_1);
                answered = true;
                in.skipBytes(in.readableBytes());
                // From here on down, below the encryption.
                ctx.writeAndFlush(Unpooled.copiedBuffer(answer(head), StandardCharsets.ISO_8859_1))
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    private static String answer(String head) {
        // What follows the last end of a line is not whole.
        String[] lines =
                head.substring(0, Math.max(0, head.lastIndexOf("\r\n"))).split("\r\n", MAX_LINES);
        Matcher request = REQUEST.matcher(lines[0]);
        Authority host = Authority.parse("");
        boolean carriesSecret = false;
        for (String line : lines) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            if (name.equals("host")) {
                host = Authority.parse(line.substring(colon + 1));
            }
            carriesSecret |= name.equals("authorization") || name.equals("cookie");
        }
        return request.matches()
                        && lines.length < MAX_LINES
                        && !carriesSecret
                        && !host.host().isEmpty()
                ? response("308 Permanent Redirect", "Location: https://" + host + request.group(1) + "\r\n")
                : response("400 Bad Request", "");
    }

    private static String response(String status, String header) {
        return "HTTP/1.1 " + status + "\r\n" + header + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: "
                + SENTENCE.length() + "\r\nConnection: close\r\n\r\n" + SENTENCE;
    }
}
