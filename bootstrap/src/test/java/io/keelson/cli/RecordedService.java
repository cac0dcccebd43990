package io.keelson.cli;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.keelson.problem.Problem;
import io.keelson.problem.Severity;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.ApplyRequest;
import io.keelson.proto.operator.v1.ApplyResponse;
import io.keelson.proto.operator.v1.CreateJoinTokenRequest;
import io.keelson.proto.operator.v1.CreateJoinTokenResponse;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.proto.operator.v1.DeleteResponse;
import io.keelson.proto.operator.v1.Event;
import io.keelson.proto.operator.v1.EventsRequest;
import io.keelson.proto.operator.v1.EventsResponse;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.GetResponse;
import io.keelson.proto.operator.v1.KubeconfigRequest;
import io.keelson.proto.operator.v1.KubeconfigResponse;
import io.keelson.proto.operator.v1.MissingBlobsRequest;
import io.keelson.proto.operator.v1.MissingBlobsResponse;
import io.keelson.proto.operator.v1.Problems;
import io.keelson.proto.operator.v1.PublishBundleRequest;
import io.keelson.proto.operator.v1.PublishBundleResponse;
import io.keelson.proto.operator.v1.Resource;
import io.keelson.proto.operator.v1.RevokeHostRequest;
import io.keelson.proto.operator.v1.RevokeHostResponse;
import io.keelson.proto.operator.v1.ServerInfoRequest;
import io.keelson.proto.operator.v1.ServerInfoResponse;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives operators recorded answers and remembers what it was asked. */
abstract class RecordedService extends RecordedEtcd {
    public final List<Object> asked = new CopyOnWriteArrayList<>();
    private final Deque<StatusRuntimeException> refusals = new ArrayDeque<>();
    private final Deque<StatusRuntimeException> refusedBundles = new ArrayDeque<>();
    private final Deque<List<Resource>> states = new ArrayDeque<>();
    private final List<Event> events = new ArrayList<>();
    private final List<ProblemReport> warnings = new ArrayList<>();
    private final AtomicInteger published = new AtomicInteger();

    /** The next state of the resources; the last one stays. */
    public void state(Resource... resources) {
        states.add(List.of(resources));
    }

    public static Resource resource(String kind, String name, String json) {
        return Resource.newBuilder().setKind(kind).setName(name).setJson(json).build();
    }

    public static Event step(String host, String step, String phase, long millis) {
        return Event.newBuilder()
                .setSource(host)
                .setSubject(step)
                .setPhase(phase)
                .setElapsedMillis(millis)
                .setWaitMillis(millis / 2)
                .build();
    }

    public void event(Event event) {
        events.add(event);
    }

    public void warn(Problem problem) {
        warnings.add(report(problem));
    }

    /** Refuses the next call with these problems. */
    public void refuse(Status status, Problem... problems) {
        var message = Problems.newBuilder();
        for (var problem : problems) {
            message.addProblems(report(problem));
        }
        refuse(status, message.build());
    }

    public void refuse(Status status, Problems problems) {
        var trailers = new Metadata();
        trailers.put(Metadata.Key.of("keelson-problems-bin", Metadata.BINARY_BYTE_MARSHALLER), problems.toByteArray());
        refusals.add(status.asRuntimeException(trailers));
    }

    /** Refuses the next bundle with this problem. */
    public void refuseBundle(Problem problem) {
        refuse(Status.FAILED_PRECONDITION, problem);
        refusedBundles.add(refusals.removeLast());
    }

    /** Refuses the next call without a word. */
    public void refuseBare(Status status) {
        refusals.add(status.asRuntimeException());
    }

    public int publishedBytes() {
        return published.get();
    }

    public <T> T asked(Class<T> type) {
        return asked.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private static ProblemReport report(Problem problem) {
        return ProblemReport.newBuilder()
                .setCode(problem.code().name())
                .setWhat(problem.what())
                .setAdvice(problem.remedy().advice())
                .setCommand(problem.remedy().command().orElse(""))
                .setWarning(problem.severity() == Severity.WARNING)
                .build();
    }

    @Override
    <T> void answer(Object request, StreamObserver<T> to, T answer) {
        asked.add(request);
        var refusal = refusals.poll();
        if (refusal != null) {
            to.onError(refusal);
            return;
        }
        to.onNext(answer);
        to.onCompleted();
    }

    private synchronized GetResponse current(GetRequest request) {
        var now = states.size() > 1 ? states.remove() : states.isEmpty() ? List.<Resource>of() : states.element();
        var kind = now.isEmpty() ? "Host" : now.getFirst().getKind();
        return GetResponse.newBuilder()
                .setKind(kind)
                .addAllResources(now.stream()
                        .filter(resource ->
                                request.getName().isEmpty() || request.getName().equals(resource.getName()))
                        .toList())
                .build();
    }

    @Override
    public void apply(ApplyRequest request, StreamObserver<ApplyResponse> to) {
        answer(
                request,
                to,
                ApplyResponse.newBuilder()
                        .addApplied(ApplyResponse.Applied.newBuilder()
                                .setKind("Cluster")
                                .setName("prod")
                                .setOutcome("created"))
                        .addAllWarnings(warnings)
                        .build());
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> to) {
        answer(request, to, current(request));
    }

    @Override
    public void watch(GetRequest request, StreamObserver<GetResponse> to) {
        asked.add(request);
        while (states.size() > 1) {
            to.onNext(current(request));
        }
        to.onNext(current(request));
        to.onCompleted();
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> to) {
        answer(request, to, DeleteResponse.getDefaultInstance());
    }

    @Override
    public void events(EventsRequest request, StreamObserver<EventsResponse> to) {
        asked.add(request);
        to.onNext(EventsResponse.newBuilder().addAllEvents(events).build());
        to.onCompleted();
    }

    @Override
    public void createJoinToken(CreateJoinTokenRequest request, StreamObserver<CreateJoinTokenResponse> to) {
        answer(
                request,
                to,
                CreateJoinTokenResponse.newBuilder()
                        .setToken(RecordedServer.JOIN_TOKEN)
                        .setExpiresMillis(Instant.parse("2026-11-01T12:30:00Z").toEpochMilli())
                        .setEnrolmentEndpoint("192.0.2.10:7443")
                        .build());
    }

    @Override
    public void revokeHost(RevokeHostRequest request, StreamObserver<RevokeHostResponse> to) {
        answer(request, to, RevokeHostResponse.getDefaultInstance());
    }

    @Override
    public void kubeconfig(KubeconfigRequest request, StreamObserver<KubeconfigResponse> to) {
        answer(request, to, KubeconfigResponse.newBuilder().setKubeconfig("""
                                apiVersion: v1
                                kind: Config
                                clusters: [{name: prod, cluster: {server: 'https://192.0.2.10:7445'}}]
                                users: [{name: prod-admin, user: {token: t}}]
                                contexts: [{name: prod, context: {cluster: prod, user: prod-admin}}]
                                current-context: prod
                                """).build());
    }

    @Override
    public void missingBlobs(MissingBlobsRequest request, StreamObserver<MissingBlobsResponse> to) {
        answer(
                request,
                to,
                MissingBlobsResponse.newBuilder()
                        .addAllSha256(request.getSha256List())
                        .build());
    }

    @Override
    public StreamObserver<PublishBundleRequest> publishBundle(StreamObserver<PublishBundleResponse> to) {
        return new StreamObserver<>() {
            private boolean ended;

            @Override
            public void onNext(PublishBundleRequest request) {
                if (ended) {
                    return;
                }
                asked.add(request);
                published.addAndGet(request.getData().size());
                var refusal = refusedBundles.isEmpty() ? refusals.poll() : refusedBundles.poll();
                if (refusal != null) {
                    ended = true;
                    to.onError(refusal);
                }
            }

            @Override
            public void onError(Throwable failure) {
                asked.add(failure);
            }

            @Override
            public void onCompleted() {
                if (ended) {
                    return;
                }
                to.onNext(PublishBundleResponse.newBuilder()
                        .setName("kubernetes-1.20.2-1")
                        .build());
                to.onCompleted();
            }
        };
    }

    @Override
    public void serverInfo(ServerInfoRequest request, StreamObserver<ServerInfoResponse> to) {
        answer(
                request,
                to,
                ServerInfoResponse.newBuilder()
                        .setServer("ctl-a")
                        .setLeader("ctl-b")
                        .setEpoch(7)
                        .setVersion("0.1.0")
                        .build());
    }
}
