package dev.tocsin.scenarios;

import dev.tocsin.dashboards.Dashboard;
import dev.tocsin.dashboards.GrafanaJson;
import dev.tocsin.domain.scenario.Movement;
import dev.tocsin.domain.scenario.Scale;
import dev.tocsin.domain.scenario.SignalExpectation;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.yaml.Binder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes signals of what a scenario says of one, or of a dashboard; its mistakes go to the binder. */
final class SignalReader {
    private final Binder binder;
    private final NeighbourFiles neighbours;

    SignalReader(Binder binder, NeighbourFiles neighbours) {
        this.binder = binder;
        this.neighbours = neighbours;
    }

    /**
     * Every signal of an item.
     *
     * @param unjudged what of a dashboard cannot be judged is added to it
     */
    List<SignalExpectation> read(ScenarioFile.SignalItem item, String cause, List<String> unjudged) {
        return item.dashboard().isPresent()
                ? ofDashboard(item, item.dashboard().get(), cause, unjudged)
                : written(item, cause).stream().toList();
    }

    private Optional<SignalExpectation> written(ScenarioFile.SignalItem item, String cause) {
        if (item.name().isEmpty() || item.promql().isEmpty()) {
            binder.mistake(item, "give it a `name` and `promql`, or a `dashboard`");
            return Optional.empty();
        }
        if (!item.panels().isEmpty() || !item.variables().isEmpty()) {
            binder.mistake(item, "`panels` and `variables` belong to a `dashboard`");
        }
        if (Stream.of(item.reaches(), item.moves(), item.stays(), item.returnsTo())
                .allMatch(Optional::isEmpty)) {
            binder.mistake(
                    item, "say what " + item.name().get() + " must do: `reaches`, `moves`, `stays` or `returnsTo`");
        }
        try {
            var _ = Promql.parse(item.promql().get());
        } catch (PromqlException e) {
            binder.mistake(item, "promql", "Prometheus would refuse it at " + e.getMessage());
        }
        return Optional.of(new SignalExpectation(
                item.name().get(),
                item.promql().get(),
                cause,
                false,
                item.reaches(),
                item.moves(),
                item.stays(),
                item.returnsTo(),
                item.within(),
                Optional.empty()));
    }

    /** What its panels ask is not checked here: a panel whose query is broken is to be found by its proof. */
    private List<SignalExpectation> ofDashboard(
            ScenarioFile.SignalItem item, String path, String cause, List<String> unjudged) {
        if (Stream.of(item.name(), item.promql(), item.reaches(), item.moves(), item.stays(), item.returnsTo())
                .anyMatch(Optional::isPresent)) {
            binder.mistake(
                    item,
                    "with a `dashboard` go `panels`, `variables`, `causedBy` and `within`; the rest is of one signal");
        }
        Dashboard dashboard;
        try {
            dashboard = GrafanaJson.read(neighbours.read(path), item.variables());
        } catch (IOException e) {
            binder.mistake(item, "dashboard", path + " cannot be read: " + e.getMessage());
            return List.of();
        } catch (IllegalArgumentException e) {
            binder.mistake(item, "dashboard", path + ": " + e.getMessage());
            return List.of();
        }
        dashboard.unjudged().stream()
                .map(what -> dashboard.title() + ": " + what)
                .forEach(unjudged::add);
        var titles = dashboard.panels().stream().map(Dashboard.Panel::title).toList();
        item.panels().stream()
                .filter(title -> !titles.contains(title))
                .forEach(title -> binder.mistake(
                        item, "panels", path + " has no panel " + title + " that can be judged; it has " + titles));
        return dashboard.panels().stream()
                .flatMap(panel -> ofPanel(dashboard, panel, cause, item))
                .toList();
    }

    private static Stream<SignalExpectation> ofPanel(
            Dashboard dashboard, Dashboard.Panel panel, String cause, ScenarioFile.SignalItem item) {
        var name = dashboard.title() + " / " + panel.title();
        var moving = item.panels().contains(panel.title());
        var alone = panel.queries().size() == 1;
        var scale = new Scale(panel.unit(), panel.thresholds());
        var each = panel.queries().stream()
                .map(query -> shown(
                        alone ? name : name + " " + query.letter(),
                        query.promql(),
                        cause,
                        true,
                        alone && moving,
                        item,
                        scale));
        return alone || !moving
                ? each
                : Stream.concat(each, Stream.of(shown(name, panel.together(), cause, false, true, item, scale)));
    }

    private static SignalExpectation shown(
            String name,
            String promql,
            String cause,
            boolean shows,
            boolean moving,
            ScenarioFile.SignalItem item,
            Scale scale) {
        return new SignalExpectation(
                name,
                promql,
                cause,
                shows,
                Optional.empty(),
                moving ? Optional.of(Movement.EITHER) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                item.within(),
                Optional.of(scale)
                        .filter(known ->
                                known.unit().isPresent() || !known.thresholds().isEmpty()));
    }
}
