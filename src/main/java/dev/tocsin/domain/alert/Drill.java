package dev.tocsin.domain.alert;

/** The alert that nobody need fear: posted by Tocsin itself to see whether an alert comes through. */
public final class Drill {
    /** Marks it for whoever sees it; its value is the drill's own id. */
    public static final String LABEL = "tocsin_drill";

    /** What it is called. */
    public static final String ALERTNAME = "TocsinDrill";

    private Drill() {}

    /** Whether an alert is only a drill, and so proves and disproves nothing of a run. */
    public static boolean is(Labels labels) {
        return !labels.get(LABEL).isEmpty();
    }
}
