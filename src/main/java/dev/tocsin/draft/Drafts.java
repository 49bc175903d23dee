package dev.tocsin.draft;

import dev.tocsin.draft.model.World;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.rules.RuleCheck;
import dev.tocsin.rules.RuleFinding;
import dev.tocsin.rules.Series;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes a scenario for each alerting rule, or says why there is none. */
public final class Drafts {
    private static final int LONGEST_NAME = 63;

    private final Exporters exporters;
    private final Optional<Series> live;
    private final Optional<LiveSurroundings> surroundings;
    private final World world;
    private final Map<String, Wanted.Recorded> recorded = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    private Drafts(
            List<RuleFile> rules,
            List<QueriesFile> queries,
            Optional<Series> live,
            boolean standby,
            Optional<String> database) {
        exporters = Exporters.with(queries);
        this.live = live;
        surroundings = live.map(series -> new LiveSurroundings(series, exporters));
        var fresh = World.fresh(standby, exporters.canary());
        var assumed =
                database.map(name -> fresh.in(name, fresh.exporterDatabase())).orElse(fresh);
        world = surroundings.map(each -> each.world(assumed)).orElse(assumed);
        rules.stream().flatMap(file -> file.recordings().stream()).forEach(this::record);
    }

    /**
     * Drafts for every alerting rule of these files, in their order.
     *
     * @param queries what the exporter asks beside its own queries
     * @param live the Prometheus that evaluates the rules, or will; asked while this runs
     * @param standby whether the target has a standby that may be stressed
     * @param database in which Tocsin works; without it the first that fits
     */
    public static List<Drafted> of(
            List<RuleFile> rules,
            List<QueriesFile> queries,
            Optional<Series> live,
            boolean standby,
            Optional<String> database)
            throws IOException, InterruptedException {
        try {
            var drafts = new Drafts(rules, queries, live, standby, database);
            var all = new ArrayList<Drafted>();
            for (var file : rules) {
                for (var rule : file.alerts()) {
                    all.add(drafts.draft(rule));
                }
            }
            return all;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void record(RuleFile.RecordingRule rule) {
        try {
            recorded.put(rule.name(), new Wanted.Recorded(Promql.parse(rule.expression()), rule.labels()));
        } catch (PromqlException _) {
            // Then nothing is known of its metric, which is what an alert that needs it is told.
        }
    }

    private Drafted draft(RuleFile.AlertRule rule) throws IOException, InterruptedException {
        Expr expr;
        try {
            expr = Promql.parse(rule.expression());
        } catch (PromqlException e) {
            var finding = RuleFinding.syntax(e);
            return Drafted.not(rule, finding.what() + ": " + finding.proof(), List.of(finding));
        }
        var findings = live.isPresent() ? RuleCheck.of(expr, rule.hold(), live.get()) : RuleCheck.of(expr, rule.hold());
        return new Drafter(rule, expr, world, Wanted.of(expr, recorded), exporters, surroundings, findings)
                .draft(name(rule));
    }

    /** The alert's name as a scenario may be called, with a number when there are several. */
    private String name(RuleFile.AlertRule rule) {
        var plain = rule.name()
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-+|-+$", "");
        var base = plain.isEmpty() ? "alert" : plain.substring(0, Math.min(LONGEST_NAME - 4, plain.length()));
        var name = base.replaceAll("-+$", "");
        for (var number = 2; !taken.add(name); number++) {
            name = base + "-" + number;
        }
        return name;
    }
}
