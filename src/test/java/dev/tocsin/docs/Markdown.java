package dev.tocsin.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation, as far as the tests need to understand it. */
record Markdown(Path file, List<Block> blocks, List<String> prose) {
    private static final Pattern FENCE = Pattern.compile("\\s*```(\\w*)\\s*");
    private static final Pattern LINK = Pattern.compile("\\[[^]]*]\\(([^)\\s]+)\\)");

    /**
     * A fenced block.
     *
     * @param line of its first line, counted from 1
     */
    record Block(Path file, int line, String language, List<String> lines) {
        String text() {
            return String.join("\n", lines) + "\n";
        }

        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /** Every page: the root's, those of docs and the runbooks. */
    static List<Markdown> all() throws IOException {
        try (var root = Files.list(Path.of(""));
                var docs = Files.walk(Path.of("docs"));
                var alerts = Files.walk(Path.of("alerts"))) {
            return Stream.of(root, docs, alerts)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .map(Markdown::read)
                    .toList();
        }
    }

    static Markdown read(Path file) {
        try {
            return parse(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Markdown parse(Path file, List<String> lines) {
        var blocks = new ArrayList<Block>();
        var prose = new ArrayList<String>();
        for (var at = 0; at < lines.size(); at++) {
            var fence = FENCE.matcher(lines.get(at));
            if (!fence.matches()) {
                prose.add(lines.get(at));
                continue;
            }
            var first = at + 1;
            at = first;
            while (at < lines.size() && !FENCE.matcher(lines.get(at)).matches()) {
                at++;
            }
            if (at == lines.size()) {
                throw new IllegalStateException(file + ":" + first + ": the block is never closed");
            }
            blocks.add(new Block(file, first + 1, fence.group(1), List.copyOf(lines.subList(first, at))));
        }
        return new Markdown(file, blocks, prose);
    }

    List<Block> blocks(String language) {
        return blocks.stream()
                .filter(block -> block.language().equals(language))
                .toList();
    }

    /** Where the links of the text lead. */
    List<String> links() {
        return LINK.matcher(String.join("\n", prose))
                .results()
                .map(link -> link.group(1))
                .toList();
    }

    /** The headings, at any level, without their signs. */
    List<String> headings() {
        return prose.stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+\\s*", ""))
                .toList();
    }

    /** The cells of every table row whose first cell is one word in back quotes. */
    List<List<String>> rows() {
        return prose.stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Stream.of(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .filter(cells -> cells.getFirst().matches("`[^`]+`"))
                .toList();
    }

    /** The words in back quotes of a cell. */
    static List<String> quoted(String cell) {
        return matches("`([^`]+)`", cell);
    }

    /** What the first group of a pattern finds in a text. */
    static List<String> matches(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
