package dev.tocsin.evidence;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.alert.Matchers;
import dev.tocsin.domain.ledger.Note;
import dev.tocsin.domain.run.ActiveAlert;
import dev.tocsin.domain.run.Effect;
import dev.tocsin.domain.run.Fact;
import dev.tocsin.domain.run.Neighbour;
import dev.tocsin.domain.run.Recorded;
import dev.tocsin.domain.run.RunId;
import dev.tocsin.domain.run.Undo;
import dev.tocsin.domain.scenario.Mode;
import dev.tocsin.json.AlertmanagerMessage;
import dev.tocsin.json.Json;
import dev.tocsin.scenarios.ScenarioReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A case as it is written in {@code cases/*.yaml}: a scenario and what happened, one line a fact, seconds first.
 *
 * <pre>
 * 0    admitted
 * 0    baseline Alert{a="b"} since -60
 * 1    flood starting
 * 3    flood applied
 * 8    firing Alert{a="b"} since 7
 * 9    resolved Alert{a="b"} since 7 until 9
 * 9    flood released
 * 60   ended
 * </pre>
 *
 * <p>Beside the facts a case may have a {@code mode}, the {@code labels} of its target, and those of another one that is
 * stressed at the same time ({@code beside}).
 *
 * <p>Alerts of one notification stand in one line, divided by semicolons; behind an alert may stand {@code bare},
 * {@code truncated}, and {@code to=}, {@code group=} and {@code reason=} of the whole. {@code refused 503 why} is an answer
 * of ours, and {@code sees} begins what {@link Sights} reads.
 *
 * <p>Behind {@code applied} and {@code released} may stand an effect as it stands in the journal.
 *
 * <p>What is noted of a ledger is written as it stands in the journal, {@code 2 noted {kind: commitsReserved, …}}; a time
 * in it is {@code "@7.5"}.
 */
public final class Case {
    public static final RunId RUN = RunId.parse("01900000-0000-7000-8000-000000000001");

    private static final RunId OTHER = RunId.parse("01900000-0000-7000-8000-000000000002");
    private static final RunId OTHER_BEFORE = RunId.parse("01900000-0000-7000-8000-000000000000");
    private static final RunId LATER = RunId.parse("01900000-0000-7000-8000-000000000003");
    private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
    private static final Pattern NOTED_TIME = Pattern.compile("\"@([\\d.]+)\"");
    private static final Pattern ALERT =
            Pattern.compile("(\\w+)(\\{[^}]*\\})? since (-?[\\d.]+)(?: until (-?[\\d.]+))?(.*)");

    private Case() {}

    static List<Recorded> read(Path file) throws Exception {
        return parse(file.toString(), Files.readString(file));
    }

    /** The facts of a case that stands in no file; {@code name} is what its mistakes are told of. */
    public static List<Recorded> parse(String name, String text) throws Exception {
        var written = YAMLMapper.builder().build().readTree(text);
        var labels = labels(written.path("labels"));
        var scenario = ScenarioReader.read(
                        name,
                        scenario(written.path("scenario")),
                        Map.of(),
                        Mode.parse(written.path("mode").asString("proof")))
                .on(labels);
        var sights = new Sights(Case::at, written.path("routing").asString(""));
        var facts = new ArrayList<Recorded>();
        for (var line : written.path("facts").asString().lines().toList()) {
            var words = line.strip().split("\\s+", 2);
            if (words[1].equals("sees a whole chain")) {
                for (var sight : Sights.WHOLE) {
                    facts.add(new Recorded(facts.size() + 1L, at(words[0]), new Fact.Observed(RUN, sights.of(sight))));
                }
                continue;
            }
            var fact = switch (words[1]) {
                case "admitted" ->
                    new Fact.RunAdmitted(
                            RUN,
                            scenario,
                            "primary",
                            labels,
                            neighbours(written.path("beside")),
                            "somebody",
                            Optional.of("a case"),
                            Optional.empty());
                case "ended" -> new Fact.RunEnded(RUN);
                case "another run admitted" ->
                    new Fact.RunAdmitted(
                            LATER,
                            scenario,
                            "later",
                            Labels.of(Map.of()),
                            List.of(),
                            "b",
                            Optional.empty(),
                            Optional.empty());
                case "another run stresses" ->
                    new Fact.StimulusStarting(LATER, "flood", new Undo.TerminateSessions("later", "tocsin"));
                case "another run ended" -> new Fact.RunEnded(OTHER);
                case "service started" -> new Fact.ServiceStarted("1");
                case "aborted" -> new Fact.AbortRequested(RUN, "somebody", "had seen enough");
                case "broke" -> new Fact.RunBroke(RUN, "the disk was full");
                default ->
                    words[1].startsWith("sees ")
                            ? new Fact.Observed(RUN, sights.of(words[1].substring("sees ".length())))
                            : fact(words[1]);
            };
            facts.add(new Recorded(facts.size() + 1L, at(words[0]), fact));
        }
        return facts;
    }

    private static Labels labels(JsonNode written) {
        var labels = new TreeMap<String, String>();
        written.properties()
                .forEach(pair -> labels.put(pair.getKey(), pair.getValue().asString()));
        return Labels.of(labels);
    }

    /** The labels of another target on which a run goes on. */
    private static List<Neighbour> neighbours(JsonNode written) {
        return written.isObject() ? List.of(new Neighbour(OTHER_BEFORE, "secondary", labels(written))) : List.of();
    }

    /** The usual wrapping is left out of the cases. */
    private static String scenario(JsonNode spec) throws IOException {
        var whole = new LinkedHashMap<String, Object>();
        whole.put("apiVersion", "tocsin.dev/v1alpha1");
        whole.put("kind", "Scenario");
        whole.put("metadata", Map.of("name", "a-case"));
        whole.put("spec", spec);
        return Json.MAPPER.writeValueAsString(whole);
    }

    private static Fact fact(String text) throws Exception {
        var words = text.split(" ", 2);
        return switch (words[0]) {
            case "baseline" -> baseline(words[1]);
            case "noted" -> noted(words[1]);
            case "firing", "resolved" -> notification(text);
            case "refused" -> {
                var answer = words[1].split(" ", 2);
                yield new Fact.NotificationRefused(Integer.parseInt(answer[0]), answer[1]);
            }
            default -> stimulus(words[0], words[1]);
        };
    }

    private static Fact noted(String text) {
        var timed = NOTED_TIME.matcher(text).replaceAll(match -> "\"" + at(match.group(1)) + "\"");
        var written = YAMLMapper.builder().build().readTree(timed);
        return new Fact.Noted(RUN, Json.MAPPER.treeToValue(written, Note.class));
    }

    private static Fact stimulus(String name, String what) {
        return switch (what) {
            case "starting" -> new Fact.StimulusStarting(RUN, name, new Undo.TerminateSessions("primary", "tocsin"));
            case "applied" -> new Fact.StimulusApplied(RUN, name, new Effect.SessionsHeld(90, 96, 100));
            case "failed" -> new Fact.StimulusFailed(RUN, name, "connection 7 was refused");
            case "refused" -> new Fact.StimulusRefused(RUN, name, "budget pg allows no disruption now");
            case "stuck" -> new Fact.ReleaseFailed(RUN, name, "3 sessions did not end");
            case "released" -> new Fact.StimulusReleased(RUN, name, new Effect.SessionsGone(90, 0));
            default -> told(name, what.split(" ", 2));
        };
    }

    /** With an effect as it stands in the journal. */
    private static Fact told(String name, String[] words) {
        var effect = Json.MAPPER.treeToValue(YAMLMapper.builder().build().readTree(words[1]), Effect.class);
        return switch (words[0]) {
            case "applied" -> new Fact.StimulusApplied(RUN, name, effect);
            case "released" -> new Fact.StimulusReleased(RUN, name, effect);
            default -> throw new IllegalArgumentException("what is \"" + name + " " + words[0] + "\"?");
        };
    }

    private static Fact baseline(String text) {
        if (text.equals("nothing")) {
            return new Fact.BaselineTaken(RUN, List.of(), List.of());
        }
        if (text.equals("blind")) {
            return new Fact.BaselineTaken(RUN, List.of(), List.of("Prometheus did not answer"));
        }
        var alert = alert(text);
        var state = alert.group(5).isBlank() ? "firing" : alert.group(5).strip();
        return new Fact.BaselineTaken(
                RUN,
                List.of(new ActiveAlert(
                        Labels.of(labels(alert.group(1), alert.group(2))),
                        at(alert.group(3)),
                        state,
                        state.equals("active") ? "Alertmanager" : "Prometheus")),
                List.of());
    }

    private static Fact notification(String text) throws AlertmanagerMessage.UnreadableException {
        var body = new LinkedHashMap<String, Object>();
        body.put("version", "4");
        body.put("receiver", option(text, "to").orElse("tocsin"));
        body.put("groupKey", option(text, "group").orElse("{}:{}"));
        option(text, "reason").ifPresent(reason -> body.put("notification_reason", reason.replace('_', ' ')));
        body.put("truncatedAlerts", text.contains(" truncated") ? 2 : 0);
        body.put(
                "alerts",
                Stream.of(text.split(";")).map(one -> listed(one.strip())).toList());
        return new Fact.NotificationReceived(AlertmanagerMessage.read(Json.MAPPER.writeValueAsBytes(body)));
    }

    private static Map<String, Object> listed(String text) {
        var words = text.split(" ", 2);
        var alert = alert(words[1]);
        return new TreeMap<>(Map.of(
                "status",
                words[0],
                "labels",
                labels(alert.group(1), alert.group(2)),
                "annotations",
                alert.group(5).contains("bare") ? Map.of() : Map.of("summary", "it rings"),
                "startsAt",
                at(alert.group(3)).toString(),
                "endsAt",
                alert.group(4) == null
                        ? "0001-01-01T00:00:00Z"
                        : at(alert.group(4)).toString()));
    }

    private static Optional<String> option(String text, String name) {
        var found = Pattern.compile("\\b" + name + "=([^\\s;]+)").matcher(text);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    private static java.util.regex.MatchResult alert(String text) {
        var matched = ALERT.matcher(text);
        if (!matched.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no alert with its times");
        }
        return matched.toMatchResult();
    }

    private static Map<String, String> labels(String name, String braced) {
        var labels = new TreeMap<>(Map.of("alertname", name));
        if (braced != null) {
            Matchers.parse(braced).all().forEach(matcher -> labels.put(matcher.label(), matcher.value()));
        }
        return labels;
    }

    /** A moment of a case. */
    public static Instant at(String seconds) {
        return START.plus(Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000)));
    }
}
