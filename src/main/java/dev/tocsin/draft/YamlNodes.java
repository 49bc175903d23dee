package dev.tocsin.draft;

import dev.tocsin.yaml.InvalidFileException;
import dev.tocsin.yaml.Mistake;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Files of others, which may hold keys that mean nothing here: what is wanted is looked up, the rest is left alone. */
final class YamlNodes {
    private static final int MAX_CODE_POINTS = 20_000_000;

    private final String file;
    private final List<Mistake> mistakes = new ArrayList<>();

    YamlNodes(String file) {
        this.file = file;
    }

    /** Every document of a text that is not empty. */
    List<Node> documents(String text) throws InvalidFileException {
        var settings = LoadSettings.builder()
                .setCodePointLimit(MAX_CODE_POINTS)
                .setUseMarks(true)
                .build();
        var all = new ArrayList<Node>();
        try {
            new Compose(settings).composeAllFromString(text).forEach(all::add);
        } catch (MarkedYamlEngineException e) {
            mistakes.add(at(e.getProblemMark(), "not YAML: " + e.getProblem()));
            throw invalid();
        } catch (YamlEngineException e) {
            mistakes.add(at(Optional.empty(), "not YAML: " + e.getMessage()));
            throw invalid();
        }
        return all;
    }

    /** The entries of a mapping; none, and a mistake, for anything else. */
    Map<String, Node> entries(Node node, String what) {
        var entries = new LinkedHashMap<String, Node>();
        if (node instanceof MappingNode mapping) {
            for (var tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    entries.put(key.getValue(), tuple.getValueNode());
                }
            }
        } else {
            mistake(node, "expected keys and values of " + what + " here");
        }
        return entries;
    }

    /** The items of a list; none, and a mistake, for anything else. */
    List<Node> items(Node node, String what) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        mistake(node, "expected a list of " + what + " here");
        return List.of();
    }

    Optional<String> text(Map<String, Node> entries, String key) {
        return Optional.ofNullable(entries.get(key)).flatMap(node -> {
            if (node instanceof ScalarNode scalar) {
                return Optional.of(scalar.getValue());
            }
            mistake(node, key + " must be one value");
            return Optional.empty();
        });
    }

    /** Names and texts. */
    Map<String, String> texts(Map<String, Node> entries, String key) {
        var texts = new LinkedHashMap<String, String>();
        Optional.ofNullable(entries.get(key))
                .map(node -> entries(node, key))
                .orElse(Map.of())
                .forEach((name, value) -> {
                    if (value instanceof ScalarNode scalar) {
                        texts.put(name, scalar.getValue());
                    }
                });
        return texts;
    }

    void mistake(Node node, String message) {
        mistakes.add(at(node.getStartMark(), message));
    }

    boolean mistaken() {
        return !mistakes.isEmpty();
    }

    static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private static Mistake at(Optional<Mark> mark, String message) {
        return new Mistake(
                mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1, "", message);
    }

    /** Throws {@link InvalidFileException} when there was any mistake. */
    void check() throws InvalidFileException {
        if (!mistakes.isEmpty()) {
            throw invalid();
        }
    }

    private InvalidFileException invalid() {
        return new InvalidFileException(file, mistakes);
    }
}
