package io.keelson.agent.host;

import io.keelson.agent.host.Network.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * TCP connections that are established at a local port, by the kernel's own list of them (sock_diag(7), {@code struct inet_diag_req_v2} and
 * {@code inet_diag_msg}, linux/inet_diag.h). Those of sockets that take both kinds of addresses are among them.
 *
 * @param local of this host
 * @param port of it, 1 to 65535
 */
record LinuxConnections(InetAddress local, int port) {
    private static final int HEADER = 16; // struct nlmsghdr
    private static final short ERROR = 2; // NLMSG_ERROR
    private static final short DONE = 3; // NLMSG_DONE
    private static final short BY_FAMILY = 20; // SOCK_DIAG_BY_FAMILY
    private static final short DESTROY = 21; // SOCK_DESTROY
    private static final short REQUEST = 1; // NLM_F_REQUEST
    private static final short DUMP = 0x300; // NLM_F_DUMP

    private static final byte IPV4 = 2; // AF_INET
    private static final byte IPV6 = 10; // AF_INET6
    private static final byte TCP = 6; // IPPROTO_TCP
    private static final int ESTABLISHED = 1 << 1; // TCP_ESTABLISHED, as a bit
    private static final byte WITH_INFO = 1 << 1; // INET_DIAG_INFO, as a bit
    private static final short INFO = 2; // INET_DIAG_INFO
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;
    private static final int REQUEST_LENGTH = HEADER + 56; // struct inet_diag_req_v2

    private static final int ID_LENGTH = 48; // struct inet_diag_sockid
    private static final int MESSAGE_LENGTH = 72; // struct inet_diag_msg
    private static final int ID = 4;
    private static final int SOURCE_PORT = 0; // of the id
    private static final int PEER_PORT = 2;
    private static final int SOURCE = 4;
    private static final int PEER = 20;
    private static final int RECEIVE_QUEUE = 56;

    private static final int ATTRIBUTE_HEADER = 4; // struct rtattr
    private static final int INFO_LENGTH = 148; // of struct tcp_info, linux/tcp.h, as far as it is needed
    private static final int LAST_DATA_RECEIVED = 52; // tcpi_last_data_recv, in milliseconds
    private static final int NOT_SENT = 144; // tcpi_notsent_bytes

    /** @param id struct inet_diag_sockid, by which the kernel finds it again */
    record Found(byte family, byte[] id, Connection connection) {}

    /**
     * See {@link Network#reset}. Each is asked for once more right before its end: by the time that a long list is read, some of those on it
     * are no longer as it says.
     */
    List<Connection> reset(Predicate<Connection> which) throws IOException {
        var meant =
                found().stream().filter(each -> which.test(each.connection())).toList();
        if (!meant.isEmpty()) {
            // Of the second, errors are not read: what they mean is that a connection is left.
            try (var asking = new SockDiag();
                    var ending = new SockDiag()) {
                for (var each : meant) {
                    if (now(asking, each).filter(which).isPresent()) {
                        ending.send(request(DESTROY, REQUEST, each.family(), 0, (byte) 0, each.id()));
                    }
                }
            }
        }
        return left();
    }

    /** Empty if it has ended meanwhile. */
    private Optional<Connection> now(SockDiag kernel, Found one) throws IOException {
        kernel.send(request(BY_FAMILY, REQUEST, one.family(), ESTABLISHED, WITH_INFO, one.id()));
        var found = new ArrayList<Found>();
        kernel.receive(part -> {
            read(part, found, new ArrayList<>());
            return false;
        });
        return found.stream().map(Found::connection).findFirst();
    }

    private List<Connection> left() throws IOException {
        return found().stream().map(Found::connection).toList();
    }

    private List<Found> found() throws IOException {
        var found = new ArrayList<Found>();
        try (var kernel = new SockDiag()) {
            for (byte family : List.of(IPV4, IPV6)) {
                var id = ByteBuffer.allocate(ID_LENGTH);
                id.putShort(SOURCE_PORT, (short) port);
                kernel.send(request(BY_FAMILY, (short) (REQUEST | DUMP), family, ESTABLISHED, WITH_INFO, id.array()));
                var failed = new ArrayList<String>();
                kernel.receive(part -> read(part, found, failed));
                if (!failed.isEmpty()) {
                    throw new IOException("the kernel does not tell of its TCP connections: " + failed.getFirst());
                }
            }
        }
        return found;
    }

    private static byte[] request(short type, short flags, byte family, int states, byte extensions, byte[] id) {
        return ByteBuffer.allocate(REQUEST_LENGTH)
                .order(ByteOrder.nativeOrder())
                .putInt(REQUEST_LENGTH)
                .putShort(type)
                .putShort(flags)
                .putInt(0)
                .putInt(0)
                .put(family)
                .put(TCP)
                .put(extensions)
                .put((byte) 0)
                .putInt(states)
                .put(id)
                .array();
    }

    /**
     * Reads what the kernel sends in one piece.
     *
     * @param failed what went wrong is added to it
     * @return whether there is more to come
     */
    boolean read(ByteBuffer part, List<Found> found, List<String> failed) {
        while (part.remaining() >= HEADER) {
            int length = part.getInt(part.position());
            if (length < HEADER || length > part.remaining()) {
                failed.add("a message of " + length + " bytes in " + part.remaining());
                return false;
            }
            short type = part.getShort(part.position() + 4);
            var message = part.slice(part.position() + HEADER, length - HEADER).order(part.order());
            if (type == ERROR || type == DONE) {
                // A list that ends well ends with 0; one that could not be made may end at once.
                int error = message.remaining() < Integer.BYTES ? 0 : message.getInt(0);
                if (type == ERROR || error < 0) {
                    failed.add("error " + error);
                }
                return false;
            }
            if (type == BY_FAMILY && message.remaining() >= MESSAGE_LENGTH && isMeant(message)) {
                // Before 4.6 it said less.
                info(message)
                        .ifPresentOrElse(
                                info -> found.add(found(message, info)),
                                () -> failed.add("no information of one that is established"));
            }
            part.position(Math.min(part.limit(), part.position() + aligned(length)));
        }
        return true;
    }

    private boolean isMeant(ByteBuffer message) {
        var id = id(message);
        return port(id, SOURCE_PORT) == port
                && address(message.get(0), id, SOURCE).equals(local);
    }

    private static Found found(ByteBuffer message, ByteBuffer info) {
        var id = id(message);
        var peer = address(message.get(0), id, PEER).getHostAddress() + ":" + port(id, PEER_PORT);
        return new Found(
                message.get(0),
                id,
                new Connection(
                        peer,
                        Integer.toUnsignedLong(message.getInt(RECEIVE_QUEUE)),
                        Integer.toUnsignedLong(info.getInt(NOT_SENT)),
                        Duration.ofMillis(Integer.toUnsignedLong(info.getInt(LAST_DATA_RECEIVED)))));
    }

    private static byte[] id(ByteBuffer message) {
        var id = new byte[ID_LENGTH];
        message.get(ID, id);
        return id;
    }

    /** As in a packet: most significant byte first. */
    private static int port(byte[] id, int at) {
        return Short.toUnsignedInt(ByteBuffer.wrap(id).getShort(at));
    }

    /** One of IPv4 that is written as one of IPv6 (RFC 4291, section 2.5.5.2) comes out as what it is. */
    private static InetAddress address(byte family, byte[] id, int at) {
        try {
            return InetAddress.getByAddress(
                    Arrays.copyOfRange(id, at, at + (family == IPV6 ? IPV6_LENGTH : IPV4_LENGTH)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of another length", e);
        }
    }

    /** The beginning of its tcp_info. */
    private static Optional<ByteBuffer> info(ByteBuffer message) {
        int at = MESSAGE_LENGTH;
        while (message.limit() - at >= ATTRIBUTE_HEADER) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (message.getShort(at + 2) == INFO
                    && length >= ATTRIBUTE_HEADER + INFO_LENGTH
                    && length <= message.limit() - at) {
                return Optional.of(
                        message.slice(at + ATTRIBUTE_HEADER, INFO_LENGTH).order(message.order()));
            }
            at += Math.max(ATTRIBUTE_HEADER, aligned(length));
        }
        return Optional.empty();
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
