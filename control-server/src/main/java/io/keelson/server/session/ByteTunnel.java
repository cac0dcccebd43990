package io.keelson.server.session;

import java.io.InputStream;
import java.io.OutputStream;

/** Bytes to and from the API server on a host. One thread may read while another writes. */
public interface ByteTunnel extends AutoCloseable {
    /** What the API server sends; ends when it ends the connection. */
    InputStream in();

    /** To the API server; every write is sent at once, and blocks while the agent does not keep up. */
    OutputStream out();

    /** Ends both directions. */
    @Override
    void close();
}
