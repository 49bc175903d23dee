package dev.tocsin.cluster;

/** What Tocsin needs to know of a pod; {@code restarts} sums over its containers. */
public record Pod(String namespace, String name, String uid, int restarts, boolean ready) {}
