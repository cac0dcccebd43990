package io.keelson.agent.leave;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One table as {@code iptables-save} prints it, and what of it is a node's.
 *
 * @param chains that are a node's
 * @param jumps rules of other chains that lead to those, as printed
 */
record IptablesRules(String name, List<String> chains, List<String> jumps) {
    private static final Pattern CHAIN = Pattern.compile(":(\\S+) .*");
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    /** A rule's chain and where it leads to, in a rule without what is quoted: anybody's comment may look like a jump. */
    private static final Pattern JUMP = Pattern.compile("-A (\\S+) (?:.* )?(?:-j|-g) (\\S+)(?: .*)?");

    IptablesRules {
        chains = List.copyOf(chains);
        jumps = List.copyOf(jumps);
    }

    static List<IptablesRules> parse(String saved) {
        var tables = new ArrayList<IptablesRules>();
        var chains = new ArrayList<String>();
        var jumps = new ArrayList<String>();
        var name = "";
        for (var line : saved.lines().toList()) {
            if (line.startsWith("*")) {
                name = line.substring(1).strip();
                chains.clear();
                jumps.clear();
            } else if (line.startsWith(":")) {
                var chain = CHAIN.matcher(line);
                if (chain.matches() && isOfNode(chain.group(1))) {
                    chains.add(chain.group(1));
                }
            } else if (line.startsWith("-A ")) {
                var jump = JUMP.matcher(QUOTED.matcher(line).replaceAll("_"));
                if (jump.matches() && !isOfNode(jump.group(1)) && isOfNode(jump.group(2))) {
                    jumps.add(line);
                }
            } else if (line.startsWith("COMMIT")) {
                tables.add(new IptablesRules(name, chains, jumps));
            }
        }
        return List.copyOf(tables);
    }

    /** kube-proxy's and the kubelet's; those of the plugins {@code portmap}, {@code bridge} and {@code firewall}. */
    private static boolean isOfNode(String chain) {
        return chain.startsWith("KUBE-") || chain.startsWith("CNI-");
    }

    /** What of the table is a node's. */
    List<String> owned() {
        return Stream.concat(chains.stream(), jumps.stream()).toList();
    }

    /** What {@code iptables-restore --noflush} does away with it by, in one transaction. */
    String removal() {
        return Stream.of(
                        Stream.of("*" + name),
                        jumps.stream().map(rule -> "-D" + rule.substring(2)),
                        chains.stream().map(chain -> "-F " + chain),
                        chains.stream().map(chain -> "-X " + chain),
                        Stream.of("COMMIT"))
                .flatMap(lines -> lines)
                .map(line -> line + "\n")
                .reduce("", String::concat);
    }
}
