package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.cli.context.ContextFile;
import io.keelson.cli.context.ServerContext;
import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The administrator who runs the command has a context with a token that the server knows. The token is written to the
 * context first and its hash for the server second, so that a crash in between leaves nothing that cannot go on. If
 * the context was lost, root on the server's host gets a new token this way, and the old one ends.
 *
 * @param contexts of the administrator
 */
record AdminAccess(FirstServer server, Authority authority, ContextFile contexts) implements Step {
    static final String OPERATOR = "admin";
    private static final int TOKEN_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    @Override
    public StepId id() {
        return new StepId("server.admin");
    }

    @Override
    public String title() {
        return "give the administrator access";
    }

    @Override
    public Finding observe(Host host) {
        var context = context(host);
        if (context.isEmpty()) {
            return new Needed("no context '" + server.name() + "' in " + contexts.path());
        }
        var gap = ServerFiles.gap(host, ServerLayout.OPERATORS);
        if (gap.isPresent()) {
            return new Needed(gap.get());
        }
        return Operators.read(host).knows(OPERATOR, hash(context.get()))
                ? new Satisfied("context '" + server.name() + "' in " + contexts.path())
                : new Needed("the server does not know the token of context '" + server.name() + "'");
    }

    @Override
    public void apply(Host host, Activity activity) {
        var context = context(host).orElseGet(() -> newContext(host));
        Operators.read(host).with(OPERATOR, hash(context)).write(host);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(ServerLayout.OPERATORS));
    }

    /** The administrator's context, if it is of this server. */
    Optional<ServerContext> context(Host host) {
        var ca = caPem(host);
        return contexts.read()
                .find(server.name().value())
                .filter(found -> found.server().equals(server.operatorEndpoint())
                        && ca.filter(found.ca()::equals).isPresent());
    }

    private ServerContext newContext(Host host) {
        var token = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(token);
        var context = new ServerContext(
                server.name().value(),
                server.operatorEndpoint(),
                caPem(host).orElseThrow(() -> new IllegalStateException("a step before has made the authority")),
                Base64.getUrlEncoder().withoutPadding().encodeToString(token),
                host.files().read(ServerLayout.ROOT).map(Digest::of));
        contexts.write(contexts.read().with(context));
        return context;
    }

    private Optional<String> caPem(Host host) {
        return authority.load(host).map(found -> new String(found.certificatePem(), StandardCharsets.US_ASCII));
    }

    private static Digest hash(ServerContext context) {
        return Digest.of(context.token().getBytes(StandardCharsets.UTF_8));
    }
}
