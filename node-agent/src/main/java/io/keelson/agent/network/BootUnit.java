package io.keelson.agent.network;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.os.UnitFile;
import io.keelson.release.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel has to be told again at every boot, with no agent needed: a file, and a oneshot unit that hands it to
 * a program.
 *
 * @param unit without the digest of its input
 * @param input what the program reads
 */
record BootUnit(UnitFile unit, HostFile input) {
    /** A unit that runs a program before any pod does, and tries again until it succeeds. */
    static UnitFile before(String name, String description, List<String> argv) {
        return UnitFile.plain(name)
                .unit("Description", description)
                .unit("Before", "kubelet.service")
                .unit("StartLimitIntervalSec", "0")
                .service("Type", "oneshot")
                .service("RemainAfterExit", "yes")
                .service("Restart", "on-failure")
                .service("RestartSec", "2")
                .service("CapabilityBoundingSet", "CAP_NET_ADMIN")
                .service("ProtectSystem", "strict")
                .service("NoNewPrivileges", "yes")
                .exec("ExecStart", argv)
                .install("WantedBy", "multi-user.target");
    }

    /** What is missing for the next boot. */
    Optional<String> gap(Host host) {
        if (!input.isOn(host) || !unitFile().isOn(host)) {
            return Optional.of(input.path() + " or " + unit.path() + " missing or different");
        }
        var state = host.units().state(unit.name());
        return state.filter(found -> found.enabled() && !found.needsReload()).isPresent()
                ? Optional.empty()
                : Optional.of(unit.name() + " is not enabled");
    }

    /** Makes sure of the next boot, and does the same now. */
    void apply(Host host) {
        input.write(host);
        unitFile().write(host);
        host.units().enable(unit.name());
        host.units().restart(unit.name());
    }

    /** Leaves nothing for the next boot; what is in the kernel stays. */
    void remove(Host host) {
        host.units().disable(unit.name());
        host.files().remove(unit.path());
        host.files().remove(input.path());
        host.units().reload();
    }

    private HostFile unitFile() {
        return HostFile.text(unit.path(), unit.text(Digest.of(input.content())));
    }
}
