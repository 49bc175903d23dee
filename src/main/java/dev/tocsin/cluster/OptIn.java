package dev.tocsin.cluster;

/** How the owner of a pod lets scenarios touch it, where the pod itself is described and not in Tocsin's configuration. */
public final class OptIn {
    public static final String ANNOTATION = "tocsin.dev/scenarios";
    public static final String ALLOWED = "allowed";

    private OptIn() {}

    /** Which line opts a pod in; a successor has only what its template says. */
    public static String mend(Pod pod) {
        return "write `" + ANNOTATION + ": " + ALLOWED
                + "` under spec.template.metadata.annotations of what makes it; for"
                + " this pod alone, kubectl -n " + pod.namespace() + " annotate pod " + pod.name() + " " + ANNOTATION
                + "="
                + ALLOWED;
    }
}
