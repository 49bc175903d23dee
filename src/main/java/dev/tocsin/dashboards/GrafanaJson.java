package dev.tocsin.dashboards;

import dev.tocsin.dashboards.Dashboard.Panel;
import dev.tocsin.dashboards.Dashboard.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a dashboard as Grafana exports it, keeps it in a ConfigMap or answers it. */
public final class GrafanaJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PROMETHEUS = "prometheus";

    /** Panels that are there to be read. */
    private static final Set<String> WITHOUT_DATA = Set.of("text", "row", "dashlist", "news", "welcome");

    private final Variables variables;
    private final List<Panel> panels = new ArrayList<>();
    private final List<String> unjudged = new ArrayList<>();
    private final Set<String> titles = new HashSet<>();

    private GrafanaJson(Variables variables) {
        this.variables = variables;
    }

    /**
     * Reads one.
     *
     * @param given values for variables, in the place of those that it was saved with
     * @throws IllegalArgumentException for what is no dashboard
     */
    public static Dashboard read(String text, Map<String, String> given) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
        }
        var dashboard = root.has("dashboard") ? root.path("dashboard") : root;
        if (!dashboard.path("panels").isArray()) {
            throw new IllegalArgumentException("no dashboard of Grafana: it has no panels");
        }
        var reading = new GrafanaJson(Variables.of(dashboard.path("templating").path("list"), given));
        dashboard.path("panels").forEach(reading::panel);
        return new Dashboard(dashboard.path("title").asString("dashboard"), reading.panels, reading.unjudged);
    }

    private void panel(JsonNode panel) {
        panel.path("panels").forEach(this::panel);
        var type = panel.path("type").asString("");
        if (WITHOUT_DATA.contains(type)) {
            return;
        }
        var title = title(panel);
        if (panel.has("libraryPanel")) {
            unjudged.add(title + " is a library panel, whose queries are not in the dashboard");
            return;
        }
        var told = unjudged.size();
        var queries = queries(title, panel);
        if (queries.isEmpty()) {
            if (unjudged.size() == told) {
                unjudged.add(title + " asks nothing of Prometheus");
            }
            return;
        }
        if (!panel.path("transformations").isEmpty()) {
            unjudged.add("the transformations of " + title + ": its queries are judged as they are");
        }
        if (!panel.path("repeat").asString("").isEmpty()) {
            unjudged.add("the repetition of " + title + " for each "
                    + panel.path("repeat").asString("") + ": it is judged once, with all of them");
        }
        var shown = panel.path("fieldConfig").path("defaults");
        panels.add(new Panel(
                title,
                queries,
                Optional.of(shown.path("unit").asString("")).filter(unit -> !unit.isEmpty()),
                thresholds(shown.path("thresholds"))));
    }

    /** Those in percent are of a range that the values themselves give, so no value can be told for them. */
    private static List<Double> thresholds(JsonNode thresholds) {
        return thresholds.path("mode").asString("").equals("percentage")
                ? List.of()
                : thresholds
                        .path("steps")
                        .valueStream()
                        .map(step -> step.path("value"))
                        .filter(JsonNode::isNumber)
                        .map(JsonNode::asDouble)
                        .toList();
    }

    private List<Query> queries(String title, JsonNode panel) {
        var queries = new ArrayList<Query>();
        for (var target : panel.path("targets")) {
            var expression = target.path("expr").asString("").strip();
            if (target.path("hide").asBoolean(false) || expression.isEmpty()) {
                continue;
            }
            var source = source(target, panel);
            if (!source.equals(PROMETHEUS)) {
                unjudged.add(title + " asks " + source + ", not Prometheus");
                continue;
            }
            try {
                queries.add(new Query(target.path("refId").asString("A"), variables.fill(expression)));
            } catch (IllegalArgumentException e) {
                unjudged.add(title + " " + e.getMessage());
            }
        }
        return queries;
    }

    /** The kind of its source; a variable, or none, is the Prometheus that is there. */
    private static String source(JsonNode target, JsonNode panel) {
        var type = target.path("datasource").path("type").asString("");
        var ofPanel = panel.path("datasource").path("type").asString("");
        var told = type.isEmpty() ? ofPanel : type;
        return told.isEmpty() || told.equals("datasource") ? PROMETHEUS : told;
    }

    /** Two panels of one title are told apart by their numbers. */
    private String title(JsonNode panel) {
        var title = panel.path("title").asString("").strip();
        var named = title.isEmpty() ? "panel " + panel.path("id").asString("") : title;
        return titles.add(named) ? named : named + " (" + panel.path("id").asString("") + ")";
    }
}
