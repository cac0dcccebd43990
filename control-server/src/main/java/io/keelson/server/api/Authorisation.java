package io.keelson.server.api;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.wire.ProblemStatus;

/** Lets a call through only with an operator's token; the operator's name goes along with it. */
final class Authorisation implements ServerInterceptor {
    static final Metadata.Key<String> HEADER = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "Bearer ";
    private static final Context.Key<String> OPERATOR = Context.key("operator");

    private final Operators operators;

    Authorisation(Operators operators) {
        this.operators = operators;
    }

    /** Who asks; only inside of a call that was let through. */
    static String operator() {
        var name = OPERATOR.get();
        if (name == null) {
            throw new IllegalStateException("the call was not authorised");
        }
        return name;
    }

    @Override
    public <I, O> ServerCall.Listener<I> interceptCall(
            ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
        try {
            var operator = "operator:" + authenticate(headers);
            return Contexts.interceptCall(Context.current().withValue(OPERATOR, operator), call, headers, next);
        } catch (RuntimeException e) {
            var refusal = ProblemStatus.of(e);
            var trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<>() {};
        }
    }

    private String authenticate(Metadata headers) {
        var value = headers.get(HEADER);
        if (value == null || !value.startsWith(SCHEME)) {
            throw refusal("the request carries no operator's token");
        }
        return operators
                .nameOf(value.substring(SCHEME.length()))
                .orElseThrow(() -> refusal("no operator has the token of this request"));
    }

    private static RuntimeException refusal(String what) {
        return Problem.error(
                        ProblemCode.NOT_AUTHORISED,
                        what,
                        Remedy.advise(
                                "Use a context with the token of an operator of this server.", "keelson context list"))
                .asException();
    }
}
