package io.keelson.agent.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Predicate;

/**
 * A netlink socket on which the kernel is asked for its sockets (netlink(7), sock_diag(7)). Not by way of ss(8): between a process that
 * lists and one that ends lie some ten milliseconds, in which whoever was idle begins something. One thread.
 */
@SuppressWarnings("restricted") // The agent's launcher allows native access.
final class SockDiag implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;

    /** For an answer of the kernel, which it has at once; struct timeval. */
    private static final long LIMIT_SECONDS = 5;

    /** More than the kernel sends at once (af_netlink.c, netlink_dump: 32 KiB). */
    private static final int RECEIVED = 64 << 10;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle CREATE = function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SET_OPTION =
            function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SEND = function("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECEIVE = function("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(STATE);
    private final MemorySegment buffer = arena.allocate(RECEIVED, Long.BYTES);
    private final int socket;

    /** A call of the C library; every one of them ends with -1 and errno where it fails. */
    private interface Call {
        long run() throws Throwable;
    }

    /** @throws IOException if there is no such socket in this kernel */
    SockDiag() throws IOException {
        try {
            socket = (int) call(
                    "socket", () -> (int) CREATE.invokeExact(state, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG));
        } catch (IOException e) {
            arena.close();
            throw e;
        }
        var limit = arena.allocate(JAVA_LONG, 2);
        limit.setAtIndex(JAVA_LONG, 0, LIMIT_SECONDS);
        try {
            call("setsockopt", () -> (int)
                    SET_OPTION.invokeExact(state, socket, SOL_SOCKET, SO_RCVTIMEO, limit, (int) limit.byteSize()));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Sends messages, each with its header; the kernel has done what they ask when this returns. */
    void send(byte[] messages) throws IOException {
        try (var sending = Arena.ofConfined()) {
            var copy = sending.allocateFrom(JAVA_BYTE, messages);
            long sent = call("send", () -> (long) SEND.invokeExact(state, socket, copy, copy.byteSize(), 0));
            if (sent != messages.length) {
                throw new IOException("netlink took " + sent + " of " + messages.length + " bytes");
            }
        }
    }

    /**
     * Hands over what the kernel sends, in the machine's own order of bytes.
     *
     * @param reader told what came; false if it wants no more
     * @throws IOException also if nothing came within five seconds
     */
    void receive(Predicate<ByteBuffer> reader) throws IOException {
        boolean more = true;
        while (more) {
            long length = call("recv", () -> (long) RECEIVE.invokeExact(state, socket, buffer, buffer.byteSize(), 0));
            more = reader.test(buffer.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder()));
        }
    }

    @Override
    public void close() {
        try (arena) {
            call("close", () -> (int) CLOSE.invokeExact(state, socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // only of a descriptor that is none
        }
    }

    private long call(String name, Call call) throws IOException {
        long result;
        try {
            result = call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(name + " cannot be called", e);
        }
        if (result < 0) {
            throw new IOException(name + " on a netlink socket: errno " + (int) ERRNO.get(state, 0L));
        }
        return result;
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, parameters),
                Linker.Option.captureCallState("errno"));
    }
}
