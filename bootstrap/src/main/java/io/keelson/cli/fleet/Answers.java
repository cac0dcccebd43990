package io.keelson.cli.fleet;

import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.EventLine;
import io.keelson.cli.output.Resource;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.Event;
import io.keelson.proto.operator.v1.GetResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Turns the server's answers into what is shown. */
final class Answers {
    private Answers() {}

    static List<Resource> resources(GetResponse answer) {
        return answer.getResourcesList().stream()
                .map(resource -> Resource.parse(resource.getKind(), resource.getName(), resource.getJson()))
                .toList();
    }

    /** The one resource of that name; the server's refusal, or the same problem, if there is none. */
    static Resource one(OperatorClient client, String kind, String name) {
        return resources(client.get(kind, name)).stream()
                .findFirst()
                .orElseThrow(() -> Problem.error(
                                ProblemCode.RESOURCE_NOT_FOUND,
                                "there is no " + kind + " '" + name + "'",
                                Remedy.advise("Choose one that exists.", "keelson get " + kind))
                        .asException());
    }

    static List<EventLine> events(OperatorClient client, String kind, String name, int newest) {
        return client.events(kind, name, newest).stream().map(Answers::event).toList();
    }

    static EventLine event(Event event) {
        return new EventLine(
                Instant.ofEpochMilli(event.getClockMillis()),
                event.getSource(),
                event.getSubject(),
                event.getPhase(),
                event.getDetail(),
                Duration.ofMillis(event.getElapsedMillis()),
                Duration.ofMillis(event.getTransferMillis()),
                Duration.ofMillis(event.getWaitMillis()),
                event.getRevision());
    }
}
