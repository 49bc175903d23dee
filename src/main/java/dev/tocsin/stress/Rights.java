package dev.tocsin.stress;

import dev.tocsin.cluster.Pods;
import dev.tocsin.domain.chain.Sight;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What Tocsin must be allowed to do with a namespace, asked of the API server before anything is stressed. */
final class Rights {
    private Rights() {}

    /**
     * What a stimulus does.
     *
     * @param resource as kubectl writes it: {@code pods/eviction}, {@code networkpolicies.networking.k8s.io}
     */
    record Rule(String resource, List<String> verbs) {
        private String name() {
            return resource.replaceFirst("\\.[^/]*", "");
        }

        private String group() {
            return resource.contains(".") ? resource.substring(resource.indexOf('.') + 1) : "\"\"";
        }
    }

    /**
     * What of it is not allowed, each with the rule to add.
     *
     * @param manifests where such rules are
     */
    static List<Sight.Unmet> missing(Pods pods, String namespace, List<Rule> rules, String manifests) {
        var unmet = new ArrayList<Sight.Unmet>();
        for (var rule : rules) {
            var verbs = rule.verbs().stream()
                    .filter(verb -> !pods.mayI(verb, rule.resource(), namespace))
                    .toList();
            if (!verbs.isEmpty()) {
                unmet.add(new Sight.Unmet(
                        "Tocsin may not " + String.join(", ", verbs) + " " + rule.name() + " in " + namespace,
                        "add to its Role in " + namespace + ", as " + manifests + " does: "
                                + rule(rule.group(), rule.name(), verbs)));
            }
        }
        return unmet;
    }

    /** Refuses a stimulus that lacks any of it. */
    static void demand(Pods pods, String namespace, List<Rule> rules, String manifests) throws StressException {
        var unmet = PodKillDriver.asking(() -> missing(pods, namespace, rules, manifests));
        if (!unmet.isEmpty()) {
            throw new StressException(
                    unmet.stream().map(Sight.Unmet::what).collect(Collectors.joining("; ")),
                    unmet.stream().map(Sight.Unmet::mend).collect(Collectors.joining("; ")));
        }
    }

    /** As a Role's {@code rules} has it. */
    static String rule(String group, String resource, List<String> verbs) {
        return "{ apiGroups: [" + group + "], resources: [" + resource + "], verbs: [" + String.join(", ", verbs)
                + "] }";
    }
}
