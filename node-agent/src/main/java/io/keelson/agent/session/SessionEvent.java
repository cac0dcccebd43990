package io.keelson.agent.session;

import io.grpc.Status;
import io.keelson.problem.ProblemCode;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.ServerMessage;
import java.util.Optional;

/** What wakes the session's thread. */
sealed interface SessionEvent {
    /** The server said something. */
    record Said(ServerMessage message) implements SessionEvent {}

    /** The call can take more. */
    record Ready() implements SessionEvent {}

    /** There is a report to send. */
    record Reported() implements SessionEvent {}

    /** A question was answered. */
    record Answered(Answer answer) implements SessionEvent {}

    /** The call is over. @param refusal what the server said of it, where it said something */
    record Ended(Status status, Optional<ProblemCode> refusal) implements SessionEvent {}
}
