package io.keelson.loopback;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that have to be told theirs. A port that the kernel has handed out and taken back may be somebody's source
 * port, or another test's, before the server listens. So these lie below what the kernel hands out (net.ipv4.ip_local_port_range,
 * from 32768 on), every process of tests that run side by side has its own, and within one none comes twice in a row of thousands.
 */
public final class FreePort {
    private static final int FIRST = 20_000;
    private static final int EACH = 4_000;
    private static final int PROCESSES = 3;

    /** Which of the processes side by side this is, from 1 on; the build says so, as {@code fork-2}. */
    private static final int PROCESS = process(System.getProperty("tests.process", "fork-1"));

    private static final AtomicInteger USED = new AtomicInteger();

    private FreePort() {}

    private static int process(String told) {
        if (!told.matches("fork-[1-9]")) {
            throw new IllegalStateException("which process of tests this is, the build does not say: '" + told + "'");
        }
        return Integer.parseInt(told.substring("fork-".length()));
    }

    /** The next one on which nobody listens. */
    public static int next() {
        for (int tried = 0; tried < EACH; tried++) {
            int port = FIRST + (PROCESS - 1) % PROCESSES * EACH + USED.getAndIncrement() % EACH;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free from " + FIRST + " on");
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false; // somebody listens there: that is the answer
        }
    }
}
