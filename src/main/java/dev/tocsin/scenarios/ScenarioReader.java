package dev.tocsin.scenarios;

import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.scenario.AlertExpectation;
import dev.tocsin.domain.scenario.Background;
import dev.tocsin.domain.scenario.Bracket;
import dev.tocsin.domain.scenario.ByteSize;
import dev.tocsin.domain.scenario.Deadline;
import dev.tocsin.domain.scenario.Durability;
import dev.tocsin.domain.scenario.Durations;
import dev.tocsin.domain.scenario.Hold;
import dev.tocsin.domain.scenario.Level;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.domain.scenario.Scenario;
import dev.tocsin.domain.scenario.SessionStimulus;
import dev.tocsin.domain.scenario.SignalExpectation;
import dev.tocsin.domain.scenario.Size;
import dev.tocsin.domain.scenario.Stress;
import dev.tocsin.yaml.Binder;
import dev.tocsin.yaml.InvalidFileException;
import dev.tocsin.yaml.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads a scenario file and names every mistake in it at once. */
public final class ScenarioReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern PARAMETER = Pattern.compile("\\$\\{([^}]*)}");

    private final Binder binder = new Binder(vocabulary());
    private final String file;
    private final NeighbourFiles neighbours;

    private ScenarioReader(String file, NeighbourFiles neighbours) {
        this.file = file;
        this.neighbours = neighbours;
    }

    static Vocabulary vocabulary() {
        return new Vocabulary()
                .word(
                        Size.class,
                        Size::parse,
                        Map.of("type", List.of("string", "integer"), "pattern", Size.PATTERN),
                        "1")
                .word(ByteSize.class, ByteSize::parse, Map.of("type", "string", "pattern", ByteSize.PATTERN), "1MB")
                .word(Bracket.class, Bracket::parse, Map.of("type", "string"), "unknown=1,2")
                .word(Level.class, Level::parse, Map.of("type", "string", "pattern", Level.PATTERN), Level.BASELINE)
                .word(
                        Level.Compared.class,
                        Level.Compared::parse,
                        Map.of("type", "string", "pattern", Level.PATTERN),
                        "> 0")
                .word(Hold.class, Hold::parse, Map.of("type", "string"), Hold.UNTIL_DELIVERED)
                .word(Matchers.class, Matchers::parse, Map.of("type", "string", "minLength", 1), "unknown")
                .sequence(
                        Matchers.class,
                        texts -> new Matchers(texts.stream()
                                .flatMap(text -> Matchers.parse(text).all().stream())
                                .toList()))
                .shortForm(
                        ScenarioFile.AlertItem.class,
                        ScenarioFile.AlertItem::of,
                        Map.of("type", "string", "minLength", 1))
                .word(
                        Durability.Allowed.class,
                        Durability.Allowed::parse,
                        Map.of("enum", Durability.Allowed.words()),
                        Durability.Allowed.words().getFirst())
                .shortForm(Durability.Dataset.class, Durability.Dataset::of, Map.of("type", "string"))
                .shortForm(
                        ScenarioFile.Resolves.class,
                        ScenarioFile.Resolves::of,
                        Map.of("const", ScenarioFile.Resolves.NEVER_CHECKED));
    }

    /**
     * Reads a scenario with its own parameters.
     *
     * @param file how the text is called in messages
     */
    public static Scenario read(String file, String text) throws InvalidFileException {
        return read(file, text, Map.of(), Mode.PROOF);
    }

    /**
     * Reads a scenario, some of its parameters given other values. For a control its own {@code control} parameters
     * come before the others; without any, every stimulus is halved.
     */
    public static Scenario read(String file, String text, Map<String, String> parameters, Mode mode)
            throws InvalidFileException {
        return new ScenarioReader(file, NeighbourFiles.NONE).scenario(text, parameters, mode);
    }

    /** Reads a scenario from its file, which may name others beside it. Blocks. */
    public static Scenario read(Path file, Map<String, String> parameters, Mode mode)
            throws IOException, InvalidFileException {
        return new ScenarioReader(file.toString(), NeighbourFiles.of(file))
                .scenario(Files.readString(file), parameters, mode);
    }

    private Scenario scenario(String text, Map<String, String> given, Mode mode) throws InvalidFileException {
        var root = binder.parse(text);
        if (root.isEmpty()) {
            throw invalid();
        }
        var control = mode == Mode.CONTROL ? scalars(root.get(), "control") : new TreeMap<String, String>();
        var parameters = parameters(root.get(), control, given);
        binder.substitute(value -> substituted(value, parameters));
        var bound = binder.bind(root.get(), ScenarioFile.class);
        var scenario = bound.map(written -> scenario(written, parameters, mode))
                .map(read -> mode == Mode.CONTROL && control.isEmpty() && given.isEmpty()
                        ? halved(bound.get(), read)
                        : read);
        if (scenario.isEmpty() || !binder.mistakes().isEmpty()) {
            throw invalid();
        }
        return scenario.get();
    }

    /** Below the threshold, as far as can be guessed. */
    private Scenario halved(ScenarioFile written, Scenario scenario) {
        return scenario.halved().orElseGet(() -> {
            binder.mistake(
                    written.spec(),
                    "nothing in it can be set lower for a control: give spec.control, the parameters with which its"
                            + " alerts must stay silent");
            return scenario;
        });
    }

    private InvalidFileException invalid() {
        return new InvalidFileException(file, binder.mistakes());
    }

    private Scenario scenario(ScenarioFile written, Map<String, String> parameters, Mode mode) {
        if (!written.apiVersion().equals(ScenarioFile.API_VERSION)) {
            binder.mistake(written, "apiVersion", "must be " + ScenarioFile.API_VERSION);
        }
        if (!written.kind().equals(ScenarioFile.KIND)) {
            binder.mistake(written, "kind", "must be " + ScenarioFile.KIND);
        }
        var name = written.metadata().name();
        if (!NAME.matcher(name).matches()) {
            binder.mistake(
                    written.metadata(),
                    "name",
                    "lower-case letters, digits and dashes, at most 63, not \"" + name + "\"");
        }
        var spec = written.spec();
        var background = background(spec);
        var stress = stress(spec, background);
        var alerts = alerts(spec, background, stress);
        var unjudged = new ArrayList<String>();
        var signals = signals(spec, background, stress, unjudged);
        if (alerts.isEmpty()
                && spec.expect().signals().isEmpty()
                && spec.expect().never().isEmpty()
                && spec.expect().unexpected() != Scenario.Unexpected.FAIL
                && spec.expect().durability().isEmpty()) {
            binder.mistake(
                    spec,
                    "expect",
                    "a scenario that expects nothing proves nothing: name an alert, a signal, or `durability`");
        }
        var maxDuration =
                spec.guards().map(ScenarioFile.Guards::maxDuration).orElse(ScenarioFile.Guards.DEFAULT_MAX_DURATION);
        checkDurations(spec, stress, alerts, signals, maxDuration);
        spec.control().keySet().stream()
                .filter(parameter -> !parameters.containsKey(parameter))
                .forEach(parameter ->
                        binder.mistake(spec, "control", "there is no parameter " + parameter + " to set lower"));
        spec.expect().durability().ifPresent(durability -> {
            checkDatasets(durability);
            if (Stream.concat(
                            background.stream().map(Background::name),
                            stress.stream().map(Stress::name))
                    .anyMatch(Durability.SECOND_RESTART::equals)) {
                binder.mistake(durability, Durability.SECOND_RESTART + " is the name of the restart after the reading");
            }
        });
        return new Scenario(
                name,
                mode,
                spec.title().orElse(name),
                spec.owner(),
                spec.runbook(),
                spec.controls(),
                spec.target(),
                new TreeMap<>(parameters),
                bracket(spec, parameters),
                background,
                stress,
                alerts,
                spec.expect().never(),
                spec.expect().unexpected(),
                signals,
                unjudged,
                spec.expect().durability(),
                maxDuration);
    }

    private Optional<Bracket> bracket(ScenarioFile.Spec spec, Map<String, String> parameters) {
        spec.bracket()
                .filter(bracket -> !parameters.containsKey(bracket.parameter()))
                .ifPresent(bracket -> binder.mistake(
                        spec,
                        "bracket",
                        "there is no parameter " + bracket.parameter() + "; there are " + parameters.keySet()));
        return spec.bracket();
    }

    private List<Background> background(ScenarioFile.Spec spec) {
        var names = new HashSet<String>();
        var background = new ArrayList<Background>();
        for (var item : spec.background()) {
            var stimuli = item.stimuli();
            if (stimuli.size() != 1) {
                binder.mistake(
                        item,
                        stimuli.isEmpty()
                                ? "name what goes on: one of " + String.join(", ", ScenarioFile.BACKGROUND_KINDS)
                                : "one load for each entry; give each its own");
                continue;
            }
            var name = item.name().orElse(stimuli.getFirst().kind());
            if (!names.add(name)) {
                binder.mistake(item, "name", "two loads are called " + name + "; give one another `name`");
            }
            background.add(new Background(name, stimuli.getFirst()));
        }
        return background;
    }

    private List<Stress> stress(ScenarioFile.Spec spec, List<Background> background) {
        if (spec.stress().isEmpty()) {
            binder.mistake(spec, "stress", "nothing is done to the target: name at least one stimulus");
        }
        var names = new HashSet<String>();
        background.forEach(load -> names.add(load.name()));
        var stress = new ArrayList<Stress>();
        for (var item : spec.stress()) {
            var stimuli = item.stimuli();
            if (stimuli.size() != 1) {
                binder.mistake(
                        item,
                        stimuli.isEmpty()
                                ? "name what is done: one of " + String.join(", ", ScenarioFile.KINDS)
                                : "one stimulus for each entry; give each its own");
                continue;
            }
            var name = item.name().orElse(stimuli.getFirst().kind());
            if (!names.add(name)) {
                binder.mistake(item, "name", "two stimuli are called " + name + "; give one another `name`");
            }
            if (stimuli.getFirst() instanceof SessionStimulus.Lull lull) {
                checkLull(spec, lull, background);
            }
            stress.add(new Stress(name, item.at(), item.hold(), stimuli.getFirst()));
        }
        return stress;
    }

    /** A lull is the absence of something that is there otherwise. */
    private void checkLull(ScenarioFile.Spec spec, SessionStimulus.Lull lull, List<Background> background) {
        if (background.size() == spec.background().size()
                && background.stream().noneMatch(load -> load.name().equals(lull.of()))) {
            binder.mistake(
                    lull,
                    "of",
                    background.isEmpty()
                            ? "nothing goes on that it could stop: name a load in spec.background"
                            : "there is no background load " + lull.of() + "; there are "
                                    + String.join(
                                            ", ",
                                            background.stream()
                                                    .map(Background::name)
                                                    .toList()));
        }
    }

    /** Which stimulus causes what is expected: the first where none is named. */
    private String cause(
            Object item,
            Optional<String> named,
            ScenarioFile.Spec spec,
            List<Background> background,
            List<Stress> stress) {
        var cause = named.orElse(stress.isEmpty() ? "" : stress.getFirst().name());
        if (stress.size() == spec.stress().size()
                && stress.stream().noneMatch(step -> step.name().equals(cause))) {
            binder.mistake(
                    item,
                    "causedBy",
                    background.stream().anyMatch(load -> load.name().equals(cause))
                            ? cause + " goes on in the background and so causes nothing; name what is done in"
                                    + " spec.stress, such as a lull of it"
                            : "there is no stimulus " + cause + "; there are "
                                    + String.join(
                                            ", ",
                                            stress.stream().map(Stress::name).toList()));
        }
        return cause;
    }

    private List<SignalExpectation> signals(
            ScenarioFile.Spec spec, List<Background> background, List<Stress> stress, List<String> unjudged) {
        var names = new HashSet<String>();
        var reader = new SignalReader(binder, neighbours);
        var signals = new ArrayList<SignalExpectation>();
        for (var item : spec.expect().signals()) {
            var cause = cause(item, item.causedBy(), spec, background, stress);
            signals.addAll(reader.read(item, cause, unjudged));
        }
        signals.stream()
                .filter(signal -> !names.add(signal.name()))
                .forEach(signal -> binder.mistake(
                        spec.expect(), "signals", "two signals are called " + signal.name() + "; rename one"));
        return signals;
    }

    private List<AlertExpectation> alerts(ScenarioFile.Spec spec, List<Background> background, List<Stress> stress) {
        var alerts = new ArrayList<AlertExpectation>();
        for (var item : spec.expect().alerts()) {
            var cause = cause(item, item.causedBy(), spec, background, stress);
            alerts.add(new AlertExpectation(
                    item.matchers(),
                    cause,
                    item.fires()
                            .<Deadline>map(fires -> new Deadline.Within(fires.within()))
                            .orElse(new Deadline.Derived()),
                    item.resolves().map(ScenarioFile.Resolves::deadline).orElse(new Deadline.Derived()),
                    item.annotations(),
                    item.receivers()));
        }
        var titles = new HashSet<String>();
        for (var i = 0; i < alerts.size(); i++) {
            if (!titles.add(alerts.get(i).matchers().title())) {
                binder.mistake(
                        spec.expect().alerts().get(i),
                        "two expectations are called "
                                + alerts.get(i).matchers().title()
                                + "; join them or tell them apart in their matchers");
            }
        }
        return alerts;
    }

    private void checkDatasets(Durability durability) {
        var tables = new HashSet<String>();
        for (var dataset : durability.datasets()) {
            if (!tables.add(dataset.table())) {
                binder.mistake(dataset, "the table " + dataset.table() + " stands here twice");
            }
        }
    }

    private void checkDurations(
            ScenarioFile.Spec spec,
            List<Stress> stress,
            List<AlertExpectation> alerts,
            List<SignalExpectation> signals,
            Duration maxDuration) {
        for (var i = 0; i < stress.size() && stress.size() == spec.stress().size(); i++) {
            var step = stress.get(i);
            var causesNothing =
                    alerts.stream().noneMatch(alert -> alert.causedBy().equals(step.name()))
                            && signals.stream()
                                    .filter(SignalExpectation::awaitedDuringStress)
                                    .noneMatch(signal -> signal.causedBy().equals(step.name()));
            if (step.hold() instanceof Hold.UntilDelivered && causesNothing && binder.clean("spec.expect")) {
                binder.mistake(
                        spec.stress().get(i),
                        step.name()
                                + " is held until its alerts are delivered, but no expected alert is caused by it, nor a signal that reaches or moves: give `hold`"
                                + " a duration");
            }
            if (step.hold() instanceof Hold.Fixed(Duration time)
                    && step.at().plus(time).compareTo(maxDuration) > 0) {
                binder.mistake(
                        spec.stress().get(i),
                        "hold",
                        step.name() + " would end after guards.maxDuration, " + Durations.print(maxDuration));
            }
        }
        for (var i = 0; i < alerts.size(); i++) {
            if (alerts.get(i).fires() instanceof Deadline.Within(Duration within)
                    && within.compareTo(maxDuration) >= 0) {
                binder.mistake(
                        spec.expect().alerts().get(i),
                        "fires",
                        "its deadline would come after guards.maxDuration, " + Durations.print(maxDuration));
            }
        }
    }

    /** The file's own parameters, overridden by those given; one that the file does not declare is a mistake. */
    private Map<String, String> parameters(Node root, Map<String, String> control, Map<String, String> given) {
        var all = scalars(root, "parameters");
        control.forEach(all::replace);
        given.forEach((name, value) -> {
            if (all.replace(name, value) == null) {
                binder.mistake(
                        this, "parameters", "there is no parameter " + name + " to set; there are " + all.keySet());
            }
        });
        return all;
    }

    /** The names and values of a mapping inside of {@code spec}, as they are written. */
    private static Map<String, String> scalars(Node root, String mapping) {
        var all = new TreeMap<String, String>();
        child(root, "spec")
                .flatMap(spec -> child(spec, mapping))
                .filter(MappingNode.class::isInstance)
                .map(MappingNode.class::cast)
                .ifPresent(node -> node.getValue().forEach(tuple -> {
                    if (tuple.getKeyNode() instanceof ScalarNode key
                            && tuple.getValueNode() instanceof ScalarNode value) {
                        all.put(key.getValue(), value.getValue());
                    }
                }));
        return all;
    }

    private static Optional<Node> child(Node node, String key) {
        return node instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                                && name.getValue().equals(key))
                        .map(tuple -> tuple.getValueNode())
                        .findFirst()
                : Optional.empty();
    }

    private static String substituted(String text, Map<String, String> parameters) {
        return PARAMETER.matcher(text).replaceAll(match -> {
            var value = parameters.get(match.group(1));
            if (value == null) {
                throw new IllegalArgumentException(
                        "there is no parameter " + match.group(1) + "; declare it under spec.parameters");
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
