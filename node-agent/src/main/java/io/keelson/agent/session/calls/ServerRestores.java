package io.keelson.agent.session.calls;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.keelson.agent.etcd.SnapshotSource;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.FetchSnapshotRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;

/** Snapshots to begin etcd anew with, from whichever server the link leads to. One that breaks off is fetched again, whole. */
public final class ServerRestores implements SnapshotSource {
    private static final int TRANSFER_MINUTES = 30;

    private final ServerLink link;

    public ServerRestores(ServerLink link) {
        this.link = link;
    }

    @Override
    public void fetch(String id, OutputStream to) throws IOException {
        // So that the server is told when the disk fails.
        var context = Context.current().withCancellation();
        var outer = context.attach();
        try {
            var messages = AgentServiceGrpc.newBlockingStub(link.channel())
                    .withDeadlineAfter(TRANSFER_MINUTES, TimeUnit.MINUTES)
                    .fetchSnapshot(FetchSnapshotRequest.newBuilder().setId(id).build());
            while (messages.hasNext()) {
                messages.next().getData().writeTo(to);
            }
        } catch (StatusRuntimeException e) {
            throw ServerProblems.of(e);
        } finally {
            context.detach(outer);
            context.cancel(null);
        }
    }
}
