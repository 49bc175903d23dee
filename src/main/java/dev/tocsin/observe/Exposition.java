package dev.tocsin.observe;

/** Counters in Prometheus' text format. */
record Exposition(String text) {
    static Exposition of(String text) {
        return new Exposition(text);
    }

    /** The sum of all samples of a metric whose labels contain the given text; 0 when there is none. */
    long sum(String metric, String labelled) {
        return Math.round(text.lines()
                .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                .filter(line -> line.contains(labelled))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum());
    }
}
