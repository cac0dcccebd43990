package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.cli.keeper.OrderFile;
import io.keelson.cli.keeper.ServerEtcdOrder;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;

/**
 * What the server's etcd is to be is written down, for whoever looks after it from now on.
 *
 * @param manifest of the release from which it runs, as its bytes were signed
 */
record EtcdOrder(OrderFile file, ServerEtcdOrder order, byte[] manifest) implements Step {
    @Override
    public StepId id() {
        return new StepId("etcd.order");
    }

    @Override
    public String title() {
        return "write down what the server's etcd is to be";
    }

    @Override
    public Finding observe(Host host) {
        try {
            var found = file.read(host);
            if (found.filter(other -> !other.isOf(order.server(), order.address()))
                    .isPresent()) {
                return new Refused(another(found.get()));
            }
            if (!file.hasManifest(host, order.manifest())) {
                return new Needed("the manifest of " + order.bundle() + " is not kept");
            }
            return found.filter(order::equals).isPresent()
                    ? new Satisfied("revision " + order.revision() + ", from " + order.bundle())
                    : new Needed("revision " + order.revision() + " is not written");
        } catch (ProblemException e) {
            return new Refused(e.problem());
        }
    }

    private static Problem another(ServerEtcdOrder found) {
        return Problem.error(
                ProblemCode.SERVER_ALREADY_INITIALISED,
                "this host keeps etcd of control server " + found.server() + " at " + found.address(),
                Remedy.advise("Repeat the command with that name and address.", "keelson server status"));
    }

    /** In this order: an order names a manifest that is there. */
    @Override
    public void apply(Host host, Activity activity) {
        file.keepManifest(host, manifest);
        file.write(host, order);
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
