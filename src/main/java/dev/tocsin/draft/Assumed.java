package dev.tocsin.draft;

import dev.tocsin.draft.model.Server;
import dev.tocsin.promql.Expr;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is taken for given without a Prometheus to look at: one target for each server, labelled as the rule asks. */
record Assumed(Wanted wanted, Exporters exporters) implements Surroundings {
    @Override
    public Optional<List<Present>> present(String metric, Collection<String> own) {
        return Optional.empty();
    }

    @Override
    public Map<String, String> target(Server.Role role, String metric, Collection<String> own) {
        var server = role == Server.Role.PRIMARY ? "primary" : "standby";
        var labels = new TreeMap<>(Map.of("job", "postgresql", "instance", server + ":9187"));
        if (!metric.equals("up") && !metric.startsWith("scrape_")) {
            labels.put("server", server + ":5432");
        }
        wanted.compared().stream()
                .filter(name -> !own.contains(name) && !exporters.allLabels().contains(name))
                .filter(name -> !name.equals(Expr.LabelMatcher.METRIC))
                .forEach(name -> labels.putIfAbsent(name, name + "-of-" + server));
        wanted.asked(metric).forEach((name, value) -> {
            if (!own.contains(name) && !exporters.allLabels().contains(name)) {
                labels.put(name, value);
            }
        });
        return labels;
    }
}
