package io.keelson.agent.host;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.proto.etcd.v3.KVGrpc;
import io.keelson.proto.etcd.v3.KeyValue;
import io.keelson.proto.etcd.v3.RangeRequest;
import io.keelson.proto.etcd.v3.RangeResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * All keys of one member, in pages of about half a MiB whatever the sizes of values: the number of keys that are asked
 * for follows the sizes that came.
 */
final class EtcdPages {
    /** gRPC's own limit of a message, which is left as it is; etcd takes no value above 1.5 MiB by default. */
    static final int LARGEST = 4 << 20;

    private static final int PAGE_BYTES = 512 << 10;
    private static final long FIRST = 32;
    private static final long MOST = 1_000;
    private static final long PAGE_SECONDS = 10;

    /** As the end of a range: all keys from its beginning on. */
    static final ByteString END = ByteString.copyFrom(new byte[] {0});

    private final ManagedChannel channel;
    private final Consumer<Etcd.Entry> reader;
    private final long deadline;
    private ByteString from = END;
    private long count = FIRST;

    EtcdPages(ManagedChannel channel, Duration limit, Consumer<Etcd.Entry> reader) {
        this.channel = channel;
        this.reader = reader;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /** Whether everything was read in time. */
    boolean read() {
        while (System.nanoTime() - deadline < 0) {
            var page = page();
            if (!page.getKvsList().isEmpty()) {
                from = page.getKvs(page.getKvsCount() - 1).getKey().concat(END);
            }
            if (!page.getMore()) {
                return true;
            }
        }
        return false;
    }

    private RangeResponse page() {
        try {
            var page = ask(count, false);
            page.getKvsList().forEach(each -> reader.accept(entry(each, false)));
            adapt(page.getSerializedSize());
            return page;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED) {
                throw e;
            }
            if (count > 1) {
                count = Math.max(1, count / 8);
                return RangeResponse.newBuilder().setMore(true).build();
            }
            return passOver();
        }
    }

    private RangeResponse passOver() {
        var page = ask(1, true);
        for (var each : page.getKvsList()) {
            var key = each.getKey().toByteArray();
            reader.accept(new Etcd.Entry(key, new byte[0], key.length + (long) LARGEST, each.getVersion(), false));
        }
        return page;
    }

    private RangeResponse ask(long keys, boolean keysOnly) {
        return KVGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PAGE_SECONDS, TimeUnit.SECONDS)
                .range(RangeRequest.newBuilder()
                        .setKey(from)
                        .setRangeEnd(END)
                        .setLimit(keys)
                        .setSerializable(true)
                        .setKeysOnly(keysOnly)
                        .build());
    }

    private void adapt(int bytes) {
        long fitting = count * PAGE_BYTES / Math.max(1, bytes);
        count = Math.clamp(fitting, 1, Math.min(MOST, count * 4));
    }

    static Etcd.Entry entry(KeyValue pair, boolean deleted) {
        return new Etcd.Entry(
                pair.getKey().toByteArray(),
                pair.getValue().toByteArray(),
                pair.getKey().size() + (long) pair.getValue().size(),
                pair.getVersion(),
                deleted);
    }
}
