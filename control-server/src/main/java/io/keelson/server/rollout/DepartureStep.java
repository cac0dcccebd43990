package io.keelson.server.rollout;

import io.keelson.server.departures.Departure;
import java.util.Optional;

/** What is done next about a host that leaves. */
sealed interface DepartureStep {
    /** Nothing now. */
    record Rest() implements DepartureStep {}

    /** It comes to another stage, or it is over. */
    record Become(Optional<Departure> next) implements DepartureStep {}

    /** Its node is to be emptied; what comes of it decides. */
    record Empty(Departure.Node node) implements DepartureStep {}

    /** It may be told to be no node. */
    record MayLeave() implements DepartureStep {}

    /** It serves on until it is tried again. */
    record Serve(Departure.Node node) implements DepartureStep {}

    /** It stays, and all is over when it takes pods again. */
    record Return(Departure.Node node) implements DepartureStep {}

    /** It is told to be bare, once more if it was told before; then it comes to that, or it is over. */
    record TellBare(Optional<Departure> next) implements DepartureStep {}

    /** It is forgotten: it was told, and nobody will hear whether it obeyed. */
    record Forget() implements DepartureStep {}

    /** Its Node object is deleted; then it is over. */
    record DeleteNode(Departure.Node node) implements DepartureStep {}
}
