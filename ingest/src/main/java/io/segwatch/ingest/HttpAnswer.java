package io.segwatch.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/**
 * An HTTP server's answer, whose body is still to be read.
 *
 * @param request what it is the answer to
 * @param response its head
 */
record HttpAnswer(HttpUriRequestBase request, ClassicHttpResponse response) implements Closeable {
    int status() {
        return response.getCode();
    }

    /** The first of this name, or empty. */
    String header(String name) {
        return headers(name).stream().findFirst().orElse("");
    }

    List<String> headers(String name) {
        return Stream.of(response.getHeaders(name))
                .map(Header::getValue)
                .map(value -> value == null ? "" : value)
                .toList();
    }

    InputStream content() throws IOException {
        HttpEntity entity = response.getEntity();
        return entity == null ? InputStream.nullInputStream() : entity.getContent();
    }

    /** Bytes, or -1 when the server does not say. */
    long length() {
        return response.getEntity() == null ? 0 : response.getEntity().getContentLength();
    }

    /** Ends the connection unless the body was read to its end. Closing the response alone would read on. */
    @Override
    public void close() {
        request.cancel();
        try {
            response.close();
        } catch (IOException e) {
            // It is gone.
        }
    }
}
